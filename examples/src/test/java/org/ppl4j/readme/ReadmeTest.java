package org.ppl4j.readme;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.ConditionalTransformedDistribution;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Imputed;
import org.ppl4j.distributions.Normal;
import org.ppl4j.examples.Examples;
import org.ppl4j.examples.launcher.Launcher;
import org.ppl4j.flows.ScalarFamily;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.diagnostics.LooComparison;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.svi.Averaging;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.TransformCheck;
import org.ppl4j.transforms.TransformModule;

/** Every block of the README is the text of something that compiles and runs. */
class ReadmeTest {

  private static final Path SNIPPETS =
      Path.of("src/test/java/org/ppl4j/readme/ReadmeSnippets.java");

  /** Of the module that the examples do not know; its blocks come together. */
  private static final Path SPARK_SNIPPETS =
      Path.of("../ppl-infer/spark/src/test/java/org/ppl4j/spark/ReadmeSnippets.java");

  private static final Path README = Path.of("../README.md");

  @TempDir private Path folder;

  @Test
  void javaBlocksAreTheRegionsThatCompile() throws IOException {
    List<String> ofSpark = regions(SPARK_SNIPPETS);
    List<String> blocks =
        readme("java").stream()
            .filter(block -> !block.startsWith("import "))
            .map(ReadmeTest::unwrapped)
            .toList();

    assertThat(blocks).containsSequence(ofSpark);
    assertThat(blocks.stream().filter(block -> !ofSpark.contains(block)))
        .containsExactlyElementsOf(regions(SNIPPETS));
  }

  /** Those of the snippets' file that the first model has need of. */
  @Test
  void importsAreThoseOfTheFirstModel() throws IOException {
    String snippets = Files.readString(SNIPPETS);
    String model = readme("java").get(0);
    List<String> needed =
        snippets
            .lines()
            .filter(line -> line.startsWith("import "))
            .filter(line -> model.matches("(?s).*\\b" + simpleName(line) + "\\b.*"))
            .toList();

    List<String> blocks =
        readme("java").stream().filter(block -> block.startsWith("import ")).toList();

    assertThat(blocks).hasSize(1);
    assertThat(blocks.get(0).strip().lines()).containsExactlyElementsOf(needed);
  }

  private static String simpleName(String line) {
    return line.substring(line.lastIndexOf('.') + 1, line.length() - 1);
  }

  @Test
  void modelOfTheReadmeFits() {
    Summary summary = ReadmeSnippets.fit();

    // The exact posterior is Beta(16, 14), of mean 0.533 and standard deviation 0.090.
    assertThat(summary.toString()).contains("fairness");
    assertThat(ReadmeSnippets.gpu().device()).isEqualTo(Device.gpu());
    assertThat(ReadmeSnippets.gpu().floatType()).isEqualTo(FloatType.FLOAT32);
  }

  @Test
  void chainsOfTheReadmeReachThePosterior() {
    Summary.Row fairness = ReadmeSnippets.byChains().get("fairness");

    // That of Beta(16, 14); four standard errors of 1,000 effective draws.
    assertThat(fairness.mean()).isCloseTo(16.0 / 30, within(4 * 0.0896 / Math.sqrt(1000)));
    assertThat(fairness.rhat()).isLessThan(1.02);
  }

  /** Counts of three shops whose bases are known, and one empty cell. */
  @Test
  void shopsOfTheReadmeAreTold() throws IOException {
    double[] bases = {-1, -2, -1.5};
    SplittableRandom random = new SplittableRandom(4);
    StringBuilder csv = new StringBuilder("shop,visitors,sold\nBath,,3\n");
    for (int i = 0; i < 300; i++) {
      int visitors = random.nextInt(80, 300);
      double rate = Math.exp(bases[i % 3] + 0.8 * Math.log(visitors));
      int sold = 0;
      for (double time = -Math.log(random.nextDouble()); time < rate; sold++) {
        time -= Math.log(random.nextDouble());
      }
      String shop = List.of("Bath", "Hull", "Leeds").get(i % 3);
      csv.append("%s,%d,%d%n".formatted(shop, visitors, sold));
    }
    Path file = folder.resolve("draws");

    Summary summary = ReadmeSnippets.shops(Files.writeString(folder.resolve("s.csv"), csv), file);

    assertThat(summary.rows().keySet())
        .containsExactly("mu", "tau", "slope", "base[Bath]", "base[Hull]", "base[Leeds]");
    Summary.Row slope = summary.get("slope");
    assertThat(slope.mean()).isCloseTo(0.8, within(4 * slope.sd()));
    Summary.Row hull = summary.get("base[Hull]");
    assertThat(hull.mean()).isCloseTo(-2, within(4 * hull.sd()));
    try (Samples loaded = Samples.load(file)) {
      assertThat(loaded.summary()).hasToString(summary.toString());
    }
  }

  @Test
  void classesOfTheReadmeAreToldApart() {
    double[] y = {-3, -2.8, -3.2, 3, 2.9, 3.1, -3.1, 3.2};

    double[] probabilities = ReadmeSnippets.classes(y);

    // Which of the classes is the first is not known: what the first and the last row have in all.
    assertThat(probabilities).hasSize(2 * y.length);
    for (int i = 0; i < y.length; i++) {
      double sum = probabilities[2 * i] + probabilities[2 * i + 1];
      assertThat(sum).isCloseTo(1, within(1e-9));
      int like = y[i] < 0 ? 0 : 3;
      assertThat(probabilities[2 * i]).isCloseTo(probabilities[2 * like], within(0.05));
    }
  }

  /** Groups of four: means shrink by 4 / 5 to what is known. */
  @Test
  void aNetworkOfTheReadmeKnowsNewGroups() {
    Program<ReadmeSnippets.Groups> model =
        (p, data) -> {
          NDArray effects;
          try (Plate groups = p.plate("groups", data.count())) {
            effects = p.sample("effect", Normal.of(0, 1));
          }
          try (Plate rows = p.plate("rows", data.y().size(0))) {
            p.observe("y", Normal.of(p.pick(effects, data.group()), 2), rows.take(data.y()));
          }
        };
    try (NDManager manager = NDManager.newBaseManager()) {
      double[] means =
          ReadmeSnippets.means(model, groups(manager, 10), groups(manager, 12)); // the first of all
      for (int i = 10; i < 12; i++) {
        assertThat(means[i]).isCloseTo(mean(i) * 4 / (4 + 4), within(0.1));
      }
    }
  }

  private static double mean(int group) {
    return 2 * Math.sin(group);
  }

  private static ReadmeSnippets.Groups groups(NDManager manager, int count) {
    double[] y = new double[4 * count];
    Arrays.setAll(y, i -> mean(i / 4) + (i % 2 - 0.5) * 2);
    long[] group = new long[y.length];
    Arrays.setAll(group, i -> i / 4);
    return new ReadmeSnippets.Groups(manager.create(y), manager.create(group), count);
  }

  @Test
  void programsOfTheCardsFit() {
    try (NDManager manager = NDManager.newBaseManager()) {
      double[] x = new double[200];
      double[] y = new double[x.length];
      for (int i = 0; i < x.length; i++) {
        x[i] = i / 100.0 - 1;
        y[i] = 1 + 3 * x[i];
      }
      ReadmeSnippets.Rows rows = new ReadmeSnippets.Rows(manager.create(x), manager.create(y));

      Summary summary = ReadmeSnippets.inTwoParts(manager, rows, folder.resolve("fit.bin"));

      FitReport report = ReadmeSnippets.withAFlow(rows);
      assertThat(report.khat().isKnown()).isTrue();
      assertThat(report.toString()).contains("k-hat: ");

      assertThat(ReadmeSnippets.gradients(rows).toString())
          .contains("path derivative", "score function", "reweighted wake-sleep");

      Summary asItIs = ReadmeSnippets.asItIs(rows);
      assertThat(asItIs.get("a").mean()).isCloseTo(1, within(0.1));
      assertThat(asItIs.get("b").rhat()).isLessThan(1.02);

      Summary atOnce = ReadmeSnippets.atOnce(rows);
      assertThat(atOnce.get("a").mean()).isCloseTo(1, within(0.1));
      assertThat(atOnce.get("b").mean()).isCloseTo(3, within(0.2));

      Program<ReadmeSnippets.Rows> flat =
          (p, data) -> {
            NDArray level = p.sample("a", Normal.of(0, 10));
            try (Plate plate = p.plate("rows", data.y().size(0))) {
              p.observe("y", Normal.of(level, 1), plate.take(data.y()));
            }
          };
      LooComparison compared = ReadmeSnippets.compared(rows, flat);
      assertThat(compared.rows())
          .extracting(LooComparison.Row::name)
          .containsExactly("line", "flat");
      // What a line explains, in halves of squares: Σ (3 x)² / 2 is 300, less for a parameter more.
      assertThat(compared.rows().get(1).difference().value()).isCloseTo(-300, within(5.0));

      // The same, less log √(100 Σ x²) for the prior of the slope.
      assertThat(ReadmeSnippets.logBayesFactor(rows, flat)).isCloseTo(300 - 4.4, within(5.0));

      assertThat(ReadmeSnippets.seen(rows, folder)).hasSize(4).allMatch(Files::exists);
      assertThat(List.of("pairs.png", "forest.png", "energy.png"))
          .allMatch(name -> Files.exists(folder.resolve(name)));

      // Of data without noise, those that are made of noise of variance 1 reach far beyond.
      assertThat(ReadmeSnippets.checked(rows, folder).pValue()).isGreaterThan(0.95);
      assertThat(folder.resolve("check.png")).exists();

      // The exact posterior: standard deviations of 1 / √200 and 1 / √(Σ x²).
      assertThat(summary.get("a").mean()).isCloseTo(1, within(0.1));
      assertThat(summary.get("b").mean()).isCloseTo(3, within(0.2));
      assertThat(folder.resolve("fit.bin")).exists();
    }
  }

  @Test
  void densitiesOfTheCardAreLearned() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Random random = new Random(1);
      double[] x = random.doubles(600, -1, 1).toArray();
      double[] y = Arrays.stream(x).map(v -> 3 * v + 0.1 * random.nextGaussian()).toArray();
      NDArray at = manager.create(new double[] {0, 0.5});
      double[] upper =
          ReadmeSnippets.upper(manager.create(y), manager.create(x), at).toDoubleArray();
      Path file = folder.resolve("density.bin");
      double found =
          ReadmeSnippets.heldOut(
              manager.create(Arrays.copyOf(y, 500)),
              manager.create(Arrays.copyOfRange(y, 500, 600)),
              file);

      // 1.645 standard deviations above the line; the density of y is about 1 / 6 on (−3, 3).
      assertThat(upper[0]).isCloseTo(0.1645, within(0.15));
      assertThat(upper[1]).isCloseTo(1.6645, within(0.15));
      assertThat(found).isCloseTo(-Math.log(6), within(0.15));
      assertThat(file).exists();
    }
  }

  @Test
  void tableOfTheCardIsLearned() throws IOException {
    Random random = new Random(1);
    StringBuilder csv = new StringBuilder("price,area,rooms,district\n");
    for (int i = 0; i < 400; i++) {
      double area = 40 + 80 * random.nextDouble();
      boolean isLeeds = random.nextBoolean();
      double price = 3 * area * (isLeeds ? 1.2 : 1) * Math.exp(0.1 * random.nextGaussian());
      csv.append(price).append(',').append(random.nextInt(10) == 0 ? "" : area);
      csv.append(',').append((int) (area / 25)).append(isLeeds ? ",Leeds\n" : ",York\n");
    }
    Path file = folder.resolve("prices.bin");

    String interval =
        ReadmeSnippets.price(Files.writeString(folder.resolve("flats.csv"), csv), file, 80);

    Matcher ends = Pattern.compile("(\\S+) to (\\S+), covers 0\\.9\\d*").matcher(interval);
    assertThat(ends.matches()).as(interval).isTrue();
    // 288 exp(± 1.645 · 0.1)
    assertThat(Double.parseDouble(ends.group(1))).isCloseTo(244, within(30.0));
    assertThat(Double.parseDouble(ends.group(2))).isCloseTo(339, within(40.0));
    assertThat(file).exists();
  }

  @Test
  void missingValuesOfTheCardAreImputed() {
    try (NDManager manager = NDManager.newBaseManager();
        ParamStore params = new ParamStore(manager)) {
      ReadmeSnippets.Measured table =
          new ReadmeSnippets.Measured(
              manager.create(new double[] {1, 2, Double.NaN}),
              manager.create(new boolean[] {true, true, false}),
              manager.create(new double[] {2, 4, 6}));
      Svi<ReadmeSnippets.Measured> svi =
          Svi.builder(ReadmeSnippets.WITH_MISSING, AutoNormal.of(ReadmeSnippets.WITH_MISSING))
              .params(params)
              .particles(10)
              .averaging(Averaging.polynomial(3))
              .progress(Progress.silent())
              .build();
      svi.run(table, 1500);
      try (Samples posterior = svi.posterior(table, 2000)) {
        // x₃ and mu are jointly normal: precisions 1 + 2² / 0.25 and 0.01 + 3, coupled by −1.
        double exact = (24.0 / 0.5 + 3 / 3.01) / (17 - 1 / 3.01);
        assertThat(posterior.summary().get("x.missing[3]").mean()).isCloseTo(exact, within(0.05));
      }
    }
  }

  @Test
  void aSeriesIsRecorded() {
    RunConfig config = RunConfig.defaults().withRecording(Recording.REQUIRED);
    try (McmcRun<NDArray> run =
        Nuts.of(ReadmeSnippets.STATES)
            .config(config)
            .chains(1)
            .warmup(200)
            .draws(100)
            .progress(Progress.silent())
            .run(Tensors.vector(0.3, 0.9, 1.2, 1.1, 0.8, 0.9, 1.3))) {
      assertThat(run.samples().summary().get("x[3]").mean()).isBetween(0.5, 1.5);
    }
  }

  @Test
  void posteriorOfASimulatorIsLearned() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Summary.Row theta =
          ReadmeSnippets.bySimulation(
                  (row, rng) -> new double[] {row[0] + 0.5 * rng.nextNormal()},
                  manager.create(new double[] {1}))
              .get("theta");

      // The exact posterior is N(1, 0.5), hardly cut off by the prior.
      assertThat(theta.mean()).isCloseTo(1, within(0.15));
      assertThat(theta.sd()).isCloseTo(0.5, within(0.1));
    }
  }

  @Test
  void transformOfTheReadmeKeepsTheLaws() {
    TransformCheck check = ReadmeSnippets.check();

    assertThat(check.isPassed()).isTrue();
    assertThat(check).asString().startsWith("sinh\n  inverse: exact");
    assertThat(check).asString().contains("\n  log-det against the Jacobian: ");
  }

  @Test
  void examplesAreThoseOfTheLauncher() throws IOException {
    String text = Files.readString(README);

    assertThat(blocks(section(text, "Two commands"), "^\\| (`.*) \\|$"))
        .containsExactlyElementsOf(
            Examples.ALL.stream()
                .map(example -> "`%s` | %s".formatted(example.name(), example.description()))
                .toList());
  }

  @Test
  void distributionsAreThoseOfThePackage() throws Exception {
    String table = section(Files.readString(README), "Distributions");

    assertThat(blocks(String.join("\n", blocks(table, "^(\\| .*)$")), "`(\\w+)`"))
        .containsExactlyInAnyOrderElementsOf(families());
  }

  @Test
  void flowsAreThoseOfThePackage() throws Exception {
    String table = section(Files.readString(README), "Flows");

    assertThat(blocks(String.join("\n", blocks(table, "^(\\| .*)$")), "`(\\w+)`"))
        .containsExactlyInAnyOrderElementsOf(flows());
  }

  /** The public classes with a factory of modules or of families of maps, or with several. */
  private static List<String> flows() throws Exception {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files = Files.list(Path.of("../ppl-flows/src/main/java/org/ppl4j/flows"))) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString().replace(".java", "");
        if (name.equals("package-info") || name.equals("Flows")) {
          continue;
        }
        Class<?> type = Class.forName("org.ppl4j.flows." + name);
        if (Modifier.isPublic(type.getModifiers())
            && Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isStatic(method.getModifiers()))
                .filter(method -> Modifier.isPublic(method.getModifiers()))
                .anyMatch(method -> makesFlows(method.getReturnType()))) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private static boolean makesFlows(Class<?> type) {
    return Stream.of(TransformModule.class, ConditionalTransformModule.class, ScalarFamily.class)
        .anyMatch(kind -> kind.isAssignableFrom(type));
  }

  /** The public distributions that a program can ask for by name. */
  private static List<String> families() throws Exception {
    List<String> names = new ArrayList<>();
    try (Stream<Path> files =
        Files.list(Path.of("../ppl-core/src/main/java/org/ppl4j/distributions"))) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString().replace(".java", "");
        if (name.equals("package-info")) {
          continue;
        }
        Class<?> type = Class.forName("org.ppl4j.distributions." + name);
        boolean distribution =
            Distribution.class.isAssignableFrom(type)
                || type == ConditionalTransformedDistribution.class;
        if (distribution
            && Modifier.isPublic(type.getModifiers())
            && Arrays.stream(type.getMethods())
                .anyMatch(method -> Modifier.isStatic(method.getModifiers()))
            && type != Imputed.class) {
          names.add(name);
        }
      }
    }
    return names;
  }

  /** The text under a heading. */
  private static String section(String text, String heading) {
    int start = text.indexOf("\n## " + heading + "\n");
    return text.substring(start, text.indexOf("\n## ", start + 1));
  }

  @Test
  void launcherCommandsRun() throws IOException {
    String shell = String.join("\n", readme("sh"));
    List<String> commands = new ArrayList<>(blocks(shell, "-Dexec.args=\"(.*?)\""));
    commands.addAll(blocks(shell, "ppl-examples.jar (.*)"));

    assertThat(commands).hasSize(4);
    for (String command : commands) {
      StringWriter out = new StringWriter();
      StringWriter err = new StringWriter();
      String[] words =
          command.replace("posterior.json", folder.resolve("posterior.json").toString()).split(" ");
      String[] quick =
          words[0].equals("run")
              ? Stream.concat(Stream.of(words), Stream.of("--steps", "50")).toArray(String[]::new)
              : words;

      int status =
          new Launcher(Examples.ALL, new PrintWriter(out, true), new PrintWriter(err, true))
              .execute(quick);

      assertThat(status).as("%s%n%s", command, err).isZero();
    }
    assertThat(folder.resolve("posterior.json")).exists();
  }

  @Test
  void dependenciesHaveTheVersionsOfThePom() throws IOException {
    String pom = Files.readString(Path.of("../pom.xml"));
    String block = String.join("\n", readme("xml"));

    for (String text :
        List.of("<groupId>org.ppl4j</groupId>", "<version>0.1.0-SNAPSHOT</version>")) {
      assertThat(pom).contains(text);
      assertThat(block).contains(text);
    }
    assertThat(block).contains("<artifactId>pytorch-native-cpu</artifactId>");
    assertThat(pom).contains(">2.7.1<");
    assertThat(block).contains("<version>2.7.1</version>");
    assertThat(pom).contains("<slf4j.version>2.0.20<", "<xchart.version>3.8.8<");
    assertThat(block).contains("<version>2.0.20</version>");
    assertThat(Files.readString(README)).contains("`org.knowm.xchart:xchart`, version 3.8.8");
  }

  private static List<String> regions(Path snippets) throws IOException {
    return blocks(Files.readString(snippets), "// region\\n(.*?)\\n *// endregion").stream()
        .map(ReadmeTest::unwrapped)
        .toList();
  }

  private static List<String> readme(String language) throws IOException {
    return blocks(Files.readString(README), "```" + language + "\\n(.*?)\\n```");
  }

  private static List<String> blocks(String text, String pattern) {
    Matcher matcher =
        Pattern.compile(pattern, pattern.contains("\\n") ? Pattern.DOTALL : Pattern.MULTILINE)
            .matcher(text);
    return matcher.results().map(result -> result.group(1)).collect(Collectors.toList());
  }

  /** The text without line breaks, which depend on how far it is indented. */
  private static String unwrapped(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }
}
