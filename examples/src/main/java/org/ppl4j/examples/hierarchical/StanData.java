package org.ppl4j.examples.hierarchical;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.Normal;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleOption;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.MisuseException;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.launcher.Resources;
import org.ppl4j.infer.CmdStanCsv;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.data.StanJson;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.infer.report.ChainPicture;
import org.ppl4j.infer.report.Report;
import org.ppl4j.infer.report.Sheet;

/**
 * For who comes from Stan: what several studies found, read from a JSON file as Stan's models take
 * it, {@code run stan-data --data FILE}, sampled with Stan's defaults, and written to {@code --out}
 * as CmdStan writes draws, for ArviZ and R's posterior. Without a file it reads the eight schools.
 *
 * <p>The model is written as its formulas are, with the effects drawn where they are. The sampler
 * sees them in units of tau, without which many trajectories diverge where tau is small.
 */
public final class StanData implements Example {

  /** Where the data are. */
  public static final ExampleOption<Path> DATA =
      ExampleOption.file(
          "data",
          "A JSON file of Stan's with effects y and their standard errors sigma (default: the"
              + " eight schools).");

  /**
   * The data, by the names that they have in the file.
   *
   * @param y the effect that each study found (J)
   * @param sigma its standard error (J)
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Studies(double[] y, double[] sigma) {

    /**
     * Of these.
     *
     * @throws IllegalArgumentException if there is no study, or not a positive error of each
     */
    public Studies {
      checkArgument(
          y.length == sigma.length && y.length > 0,
          "y has %s numbers and sigma %s; give one of each for at least one study",
          y.length,
          sigma.length);
      checkArgument(
          Arrays.stream(sigma).allMatch(error -> error > 0),
          "sigma has a number that is not positive; give standard errors");
    }
  }

  /** mu ~ N(0, 5), tau ~ HalfCauchy(5), theta ~ N(mu, tau), y ~ N(theta, sigma). */
  public static final Program<Studies> MODEL =
      (p, data) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 5));
        NDArray tau = p.sample("tau", HalfCauchy.of(5));
        try (Plate studies = p.plate("studies", data.y().length)) {
          NDArray theta = p.sample("theta", Normal.of(mu, tau));
          p.observe("y", Normal.of(theta, studies.take(data.sigma())), studies.take(data.y()));
        }
      };

  private static final int ITERATIONS = 1000;

  @Override
  public String name() {
    return "stan-data";
  }

  @Override
  public String description() {
    return "effects of studies from a JSON file of Stan's: chains, and their draws as CmdStan's";
  }

  @Override
  public ImmutableList<ExampleOption<?>> options() {
    return ImmutableList.of(DATA);
  }

  /** What is wrong with a file of the user's is the user's to mend. */
  private static Studies read(Path file) {
    try {
      return StanJson.read(file, Studies.class);
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new MisuseException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Studies schools() {
    return Resources.record(StanData.class, "eight-schools/data.json", Studies.class);
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    Studies data = options.get(DATA).map(StanData::read).orElseGet(StanData::schools);
    boolean isGiven = options.get(DATA).isPresent();
    Reference reference = isGiven ? Reference.none() : EightSchools.reference();
    int iterations = options.steps().orElse(ITERATIONS);
    Nuts<Studies> nuts = options.chains(Nuts.of(MODEL.with(Reparam.automatic())), iterations);
    try (McmcRun<Studies> run = nuts.run(data)) {
      options.report(() -> Report.of(run).model(MODEL, data).title(name()));
      options.save(directory -> save(run, directory));
      Summary summary = sites(run.summary());
      return new ExampleResult(
              isGiven ? summary : reference.only(summary),
              reference,
              ImmutableMap.of(
                  "divergences", (double) run.report().divergences(),
                  "gradients", (double) run.report().gradients(),
                  "steps", (double) iterations))
          .withReport(run.report().toString());
    }
  }

  /** The sites of the model as it is written, whose warnings the report has. */
  private static Summary sites(Summary all) {
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    for (Map.Entry<String, Summary.Row> row : all.rows().entrySet()) {
      if (!row.getKey().startsWith("theta.decentred")) {
        rows.put(row);
      }
    }
    return new Summary(rows.buildOrThrow());
  }

  /** The draws, a file a chain; and whether the chains agree on what all studies share. */
  private static void save(McmcRun<Studies> run, Path directory) {
    Samples samples = run.samples();
    ImmutableList<Path> unused =
        CmdStanCsv.write(samples, run.iterations().columns(), directory, "stan-data");
    Sheet.of(
            2,
            List.of(
                ChainPicture.trace("mu", samples, "mu"),
                ChainPicture.ranks("mu", samples, "mu"),
                ChainPicture.trace("tau", samples, "tau"),
                ChainPicture.ranks("tau", samples, "tau")))
        .save(directory.resolve("stan-data.png"));
  }
}
