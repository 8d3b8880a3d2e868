package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Streams;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.References;

/** Files as CmdStan writes them. */
@ExtendWith(LeakCheck.class)
class CmdStanCsvTest {

  @TempDir private Path folder;

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Samples samples() {
    Map<String, NDArray> sites = new LinkedHashMap<>();
    sites.put("mu", manager.create(new double[] {0.1, 1e-300, Double.NaN, -0.0}));
    sites.put("k", manager.create(new long[] {3, 4, 5, 6}));
    sites.put(
        "w",
        manager.create(
            new double[] {
              11, 12, 13, 21, 22, 23, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9
            },
            new Shape(4, 2, 3)));
    return Samples.ofChains(manager, sites, 2);
  }

  /** As CmdStan's manual has it: comments, header, matrices column by column. */
  @Test
  void filesAreThoseOfCmdStan() throws IOException {
    Map<String, ImmutableDoubleArray> sampler =
        ImmutableMap.of(
            "lp__", ImmutableDoubleArray.of(-1.5, -2, Double.NEGATIVE_INFINITY, -4),
            "divergent__", ImmutableDoubleArray.of(0, 1, 0, 0));

    List<Path> files = CmdStanCsv.write(samples(), sampler, folder, "model");

    assertThat(files).containsExactly(folder.resolve("model_1.csv"), folder.resolve("model_2.csv"));
    assertThat(Files.readAllLines(files.get(0)))
        .containsExactly(
            "# stan_version_major = 2",
            "# stan_version_minor = 29",
            "# stan_version_patch = 0",
            "# model = model",
            "# method = sample (Default)",
            "#   sample",
            "#     num_samples = 2",
            "#     num_warmup = 1",
            "#     save_warmup = 0 (Default)",
            "#     thin = 1 (Default)",
            "#     algorithm = fixed_param",
            "#       fixed_param",
            "# id = 1",
            "lp__,divergent__,mu,k,w.1.1,w.2.1,w.1.2,w.2.2,w.1.3,w.2.3",
            "-1.5,0,0.1,3,11,21,12,22,13,23",
            "-2,1,1.0E-300,4,1,4,2,5,3,6",
            "#",
            "# written by PPL4J");
    assertThat(Files.readAllLines(files.get(1)))
        .contains("# id = 2", "-inf,0,nan,5,7,1,8,2,9,3", "-4,0,-0.0,6,4,7,5,8,6,9");
    try (var left = Files.list(folder)) {
      assertThat(left).hasSize(2);
    }
  }

  /** What CmdStanPy looks for where a sampler has step sizes and depths. */
  @Test
  void samplersAreNamed() throws IOException {
    Map<String, ImmutableDoubleArray> sampler =
        ImmutableMap.of(
            "stepsize__", ImmutableDoubleArray.of(0.5, 0.5, 0.25, 0.25),
            "treedepth__", ImmutableDoubleArray.of(3, 4, 12, 1),
            "lp__", ImmutableDoubleArray.of(1, 2, 3, 4));

    List<Path> files = CmdStanCsv.write(samples().only("mu"), sampler, folder, "model");

    assertThat(Files.readAllLines(files.get(1)))
        .containsSequence(
            "#     algorithm = hmc (Default)",
            "#       hmc",
            "#         engine = nuts (Default)",
            "#           nuts",
            "#             max_depth = 12",
            "#         metric = unit_e",
            "#           unit_e",
            "# id = 2",
            "lp__,stepsize__,treedepth__,mu",
            "# Adaptation terminated",
            "# Step size = 0.25",
            "# No metric is told",
            "3,0.25,12,nan",
            "4,0.25,1,-0.0",
            "#",
            "# written by PPL4J");
  }

  @Test
  void drawsOfNoSamplerHaveLogDensitiesOfZero() {
    try (CmdStanCsv read = CmdStanCsv.read(CmdStanCsv.write(samples(), folder, "model"))) {
      assertThat(read.sampler()).containsOnlyKeys("lp__");
      assertThat(read.sampler().get("lp__").toArray()).containsExactly(0, 0, 0, 0);
    }
  }

  @Test
  void whatWasWrittenIsRead() {
    Samples written = samples();
    Map<String, ImmutableDoubleArray> sampler = Map.of("lp__", ImmutableDoubleArray.of(1, 2, 3, 4));

    try (CmdStanCsv read = CmdStanCsv.read(CmdStanCsv.write(written, sampler, folder, "model"))) {
      assertThat(read.samples().names()).containsExactly("mu", "k", "w");
      assertThat(read.samples().chains()).isEqualTo(2);
      for (String name : written.names()) {
        assertThat(read.samples().values(name)).isEqualTo(written.values(name));
        assertThat(read.samples().shape(name)).isEqualTo(written.shape(name));
      }
      assertThat(read.sampler().keySet()).containsExactly("lp__");
      assertThat(read.sampler().get("lp__").toArray()).containsExactly(1, 2, 3, 4);
    }
  }

  private static Path reference(String name) {
    return Path.of(
        URI.create(
            CmdStanCsvTest.class.getResource("/org/ppl4j/reference/cmdstan/" + name).toString()));
  }

  /** What was written here is read by ArviZ, with the summary that it has here. */
  @Test
  void arvizReadsTheSame() {
    JsonObject expected = References.read("cmdstan/arviz.json");
    int judged = 0;
    try (CmdStanCsv read =
        CmdStanCsv.read(List.of(reference("chains_1.csv"), reference("chains_2.csv")))) {
      Summary summary = read.samples().summary();
      JsonObject rows = expected.getAsJsonObject("rows");
      assertThat(summary.rows().keySet()).containsExactlyElementsOf(rows.keySet());
      for (String name : rows.keySet()) {
        Summary.Row row = summary.get(name);
        Map<String, Double> figures =
            Map.of(
                "mean", row.mean(),
                "sd", row.sd(),
                "mcse_mean", row.meanError(),
                "r_hat", row.rhat(),
                "ess_bulk", row.bulkSize(),
                "ess_tail", row.tailSize());
        for (Map.Entry<String, Double> figure : figures.entrySet()) {
          double wanted = rows.getAsJsonObject(name).get(figure.getKey()).getAsDouble();
          assertThat(figure.getValue())
              .as("%s of %s", figure.getKey(), name)
              .isCloseTo(wanted, within(1e-8 * Math.abs(wanted)));
          judged++;
        }
      }
      assertThat(read.sampler().get("lp__").stream().average().orElseThrow())
          .isCloseTo(expected.get("mean_lp").getAsDouble(), within(1e-12));
      assertThat(read.sampler().get("divergent__").stream().sum())
          .isEqualTo(expected.get("divergences").getAsDouble());
    }
    assertThat(judged).isEqualTo(7 * 6);
  }

  /** What was written here is read by CmdStanPy, to the bit. */
  @ParameterizedTest
  @ValueSource(strings = {"chains", "nuts"})
  void cmdStanPyReadsTheSame(String model) {
    JsonObject expected =
        References.read("cmdstan/cmdstanpy.json").getAsJsonObject("files").getAsJsonObject(model);
    try (CmdStanCsv read = CmdStanCsv.read(pair(model))) {
      List<double[]> columns = new ArrayList<>();
      List<String> names = new ArrayList<>(read.sampler().keySet());
      read.sampler().values().forEach(column -> columns.add(column.toArray()));
      for (String site : read.samples().names()) {
        columnMajor(read.samples(), site, names, columns);
      }
      Hasher hasher = Hashing.sha256().newHasher(); // of little-endian numbers
      for (int draw = 0; draw < read.samples().draws(); draw++) {
        for (double[] column : columns) {
          hasher.putLong(Double.doubleToRawLongBits(column[draw]));
        }
      }

      assertThat(names)
          .containsExactlyElementsOf(
              Streams.stream(expected.getAsJsonArray("columns"))
                  .map(JsonElement::getAsString)
                  .toList());
      assertThat(read.samples().draws()).isEqualTo(2 * expected.get("draws").getAsLong());
      assertThat(hasher.hash()).hasToString(expected.get("sha256").getAsString());
    }
  }

  @Test
  void cmdStanPyCountsTheSameDivergences() {
    try (CmdStanCsv read = CmdStanCsv.read(pair("nuts"))) {
      assertThat(read.sampler().get("divergent__").stream().sum())
          .isEqualTo(
              References.read("cmdstan/cmdstanpy.json").get("divergences of nuts").getAsDouble());
    }
  }

  /** Elements of a site, of a matrix column by column, in order of their names' first subscript. */
  private static void columnMajor(
      Samples samples, String site, List<String> names, List<double[]> columns) {
    Shape shape = samples.shape(site);
    int rows = shape.dimension() == 2 ? (int) shape.get(0) : 1;
    int size = (int) shape.size();
    double[] all = samples.values(site);
    for (int i = 0; i < size; i++) {
      int place = i % rows * (size / rows) + i / rows;
      names.add(samples.elements(site).get(place));
      columns.add(
          IntStream.range(0, (int) samples.draws())
              .mapToDouble(draw -> all[draw * size + place])
              .toArray());
    }
  }

  private static List<Path> pair(String model) {
    return List.of(reference(model + "_1.csv"), reference(model + "_2.csv"));
  }

  /** The fixtures are what is written today. */
  @ParameterizedTest
  @ValueSource(strings = {"chains", "nuts"})
  void fixturesAreWrittenAgain(String model) throws IOException {
    try (CmdStanCsv read = CmdStanCsv.read(pair(model))) {
      List<Path> written = CmdStanCsv.write(read.samples(), read.sampler(), folder, model);
      for (int i = 0; i < 2; i++) {
        assertThat(written.get(i)).hasSameTextualContentAs(pair(model).get(i));
      }
    }
  }

  @Test
  void independentDrawsAreOneFile() {
    try (Samples plain =
        Samples.of(NDManager.newBaseManager(), Map.of("mu", manager.create(new double[] {1, 2})))) {
      assertThat(CmdStanCsv.write(plain, folder, "prior"))
          .containsExactly(folder.resolve("prior_1.csv"));
    }
  }

  /** A file with all that CmdStan's own have: adaptation, warm-up, thinning, times. */
  private static final String OWN =
      """
      # stan_version_major = 2
      # model = bernoulli_model
      # method = sample (Default)
      #   sample
      #     num_samples = 4
      #     num_warmup = 2
      #     save_warmup = true
      #     thin = 2
      # id = 1 (Default)
      lp__,accept_stat__,theta.1,theta.2
      -9,0.1,9,9
      # Adaptation terminated
      # Step size = 0.9
      # Diagonal elements of inverse mass matrix:
      # 0.4, 0.5
      -7.1,0.99,0.25,-1e-05
      -6.9,1,0.5,inf
      #
      #  Elapsed Time: 0.005 seconds (Warm-up)
      #                0.018 seconds (Sampling)
      """;

  private Path own(String text) {
    Path file = folder.resolve("own.csv");
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void filesOfCmdStanAreRead() {
    try (CmdStanCsv read = CmdStanCsv.read(List.of(own(OWN)))) {
      assertThat(read.samples().chains()).isEqualTo(1);
      assertThat(read.samples().values("theta"))
          .containsExactly(0.25, -1e-05, 0.5, Double.POSITIVE_INFINITY);
      assertThat(read.sampler().keySet()).containsExactly("lp__", "accept_stat__");
      assertThat(read.sampler().get("lp__").toArray()).containsExactly(-7.1, -6.9);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-6.9,1,0.5,inf|-6.9,1,0.5|has 3 cells in line 17, but 4 columns; it may have been cut short",
        "-6.9,1,0.5,inf|#|has 2 draws, but its comments say 3; it may have been cut short",
        "-6.9,1,0.5,inf|-6.9,1,half,1|has 'half' in line 17 for column 'theta.1', which is no number",
        "theta.2|theta.3|has 2 columns of 'theta', which are not all the elements of one array",
        "theta.2|theta.01|has 2 columns of 'theta', which are not all the elements of one array",
        "theta.2|theta.0|has 2 columns of 'theta', which are not all the elements of one array",
        "theta.2|theta|has 2 columns of 'theta', which are not all the elements of one array",
        "theta.2|theta.1|has a column twice, or is no file of CmdStan: its header is"
            + " 'lp__,accept_stat__,theta.1,theta.1'",
      })
  @SuppressWarnings("MustBeClosed") // they throw
  void brokenFilesAreRefused(String good, String bad, String message) {
    Path file = own(OWN.replace(good, bad));

    assertThatThrownBy(() -> CmdStanCsv.read(List.of(file)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("file '%s' %s", file, message);
  }

  @Test
  @SuppressWarnings("MustBeClosed") // they throw
  void otherMistakesAreNamed() {
    Path first = own(OWN);
    Path empty = folder.resolve("none.csv");
    assertThatThrownBy(() -> CmdStanCsv.read(List.of(empty)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage("there is no file '" + empty + "'");
    assertThatThrownBy(() -> CmdStanCsv.read(List.of()))
        .hasMessage("there are no files to read; pass one for each chain");
    Path prior =
        CmdStanCsv.write(
                Samples.of(manager, Map.of("mu", manager.create(new double[] {1}))), folder, "p")
            .get(0);
    assertThatThrownBy(() -> CmdStanCsv.read(List.of(first, prior)))
        .hasMessage(
            "file '%s' has 1 draws of columns [lp__, mu], but file '%s' has 2 of [lp__, accept_stat__,"
                + " theta.1, theta.2]; pass the chains of one fit",
            prior, first);
    Samples weighted =
        Samples.weighted(
            manager, Map.of("mu", manager.create(new double[] {1})), new double[1], List.of());
    assertThatThrownBy(() -> CmdStanCsv.write(weighted, folder, "m"))
        .hasMessage("samples have weights, which a CmdStan file cannot hold; resample them before");
    for (String name : List.of("a,b", "x__", "theta.1", "a b", "")) {
      Samples bad = Samples.of(manager, Map.of(name, manager.create(new double[] {1})));
      assertThatThrownBy(() -> CmdStanCsv.write(bad, folder, "m"))
          .hasMessage(
              "site '%s' has no place in a CmdStan file: a name must have no comma, quote, space or"
                  + " '#', and must not end in '__' or in a dot and a number; rename it",
              name);
    }
    ImmutableDoubleArray four = ImmutableDoubleArray.of(0, 0, 0, 0);
    assertThatThrownBy(() -> CmdStanCsv.write(samples(), Map.of("lp", four), folder, "m"))
        .hasMessage("column 'lp' of the sampler needs a name that ends in '__', such as 'lp__'");
    assertThatThrownBy(
            () -> CmdStanCsv.write(samples(), Map.of("lp__", four.subArray(0, 3)), folder, "m"))
        .hasMessage(
            "column 'lp__' of the sampler has 3 numbers, but there are 4 draws; pass one for each");
    assertThatThrownBy(() -> CmdStanCsv.write(samples(), folder, "a/b"))
        .hasMessage("model 'a/b' cannot be the name of a file; pass a word");
  }
}
