package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.DensityReport;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Bijections;

/**
 * The likelihood of a simulator's parameters, learned by {@link Npe#likelihood}: the density of its
 * data given its parameters, as a factor of a model that is the prior beside. A sampler draws from
 * the posterior, of one observation or of any number of independent ones, for which one likelihood
 * is enough.
 *
 * <pre>{@code
 * try (NeuralLikelihood likelihood = npe.likelihood(npe.simulate(10_000));
 *     McmcRun<Void> run = Nuts.of(likelihood.model(observations)).run(null)) {
 *   System.out.println(run.summary());
 * }
 * }</pre>
 *
 * <p>It owns the parameters of its flow: close it after the last use of its models. Every other
 * method of a closed likelihood throws an {@link IllegalStateException}.
 */
public final class NeuralLikelihood implements AutoCloseable {

  private static final String FACTOR = "likelihood";

  private final Program<@Nullable Void> prior;
  private final Parameters parameters;
  private final ConditionalDensity density;
  private final NDManager manager;
  private volatile boolean open = true;

  /**
   * Of a density of data given unconstrained parameters.
   *
   * @param manager that of the density's results, which is closed with this
   */
  NeuralLikelihood(
      Program<@Nullable Void> prior,
      Parameters parameters,
      ConditionalDensity density,
      NDManager manager) {
    this.prior = prior;
    this.parameters = parameters;
    this.density = density;
    this.manager = manager;
  }

  /**
   * The prior with a factor {@code likelihood}, the log-density of what was observed.
   *
   * @param observations (C), or independent ones of the same parameters (n, C)
   * @throws IllegalArgumentException if they have another number of entries than the simulator
   *     returns, or one is not finite
   */
  @SuppressWarnings("NullAway") // null is the data of a program without data
  public Program<@Nullable Void> model(NDArray observations) {
    double[] rows = checked(observations);
    return (p, nothing) -> {
      Seen seen = new Seen();
      prior.with(seen).run(p, null);
      NDArray y = p.run().create(rows, new Shape(rows.length / density.dim(), density.dim()));
      p.factor(FACTOR, density.totalLogProb(y, seen.row()));
    };
  }

  private double[] checked(NDArray observations) {
    checkOpen();
    Shape shape = observations.getShape();
    int width = density.dim();
    checkArgument(
        (shape.dimension() == 1 || shape.dimension() == 2)
            && shape.size() > 0
            && shape.get(shape.dimension() - 1) == width,
        "observations have shape %s, but the simulator returns %s numbers; pass shape (%s), or (n,"
            + " %s) for several",
        shape,
        width,
        width,
        width);
    double[] rows = Tensors.values(observations);
    checkArgument(
        Arrays.stream(rows).allMatch(Double::isFinite),
        "observations have numbers that are not finite; pass finite ones");
    return rows;
  }

  /** The sites of the prior in one execution, unconstrained; one may have been conditioned on. */
  private static final class Seen implements Handler {

    private final List<NDArray> parts = new ArrayList<>();

    @Override
    public Frame begin(Ppl p) {
      return new Frame() {
        @Override
        protected void leave(SampleSite site) {
          boolean isParameter =
              site.kind() == SampleSite.Kind.LATENT || site.kind() == SampleSite.Kind.OBSERVED;
          if (isParameter) {
            add(site);
          }
        }
      };
    }

    private void add(SampleSite site) {
      checkArgument(
          site.plates().isEmpty(),
          "parameter '%s' is in a plate, of which a learned likelihood knows nothing; draw it by"
              + " .expand(shape).toEvent(n)",
          site.name());
      NDArray free = Bijections.to(site.distribution().support()).inverse(site.value()).value();
      int dims = site.distribution().eventShape().dimension();
      Shape left = Shapes.dropRight(free.getShape(), dims);
      Shape flat = new Shape(free.size() / left.size());
      parts.add(Tensors.reshape(free, Shapes.concat(left, flat)));
    }

    NDArray row() {
      return parts.size() == 1 ? parts.get(0) : Tensors.concat(parts, -1);
    }
  }

  /** The names of the numbers of the parameters. */
  public ImmutableList<String> names() {
    return parameters.names();
  }

  /** What the training did; log-densities are those of the data. */
  public DensityReport report() {
    checkOpen();
    return density.report().orElseThrow();
  }

  private void checkOpen() {
    checkState(open, "neural likelihood is used after it was closed; close it after its last use");
  }

  /** Its parameters and training. */
  @Override
  public String toString() {
    return "likelihood of %s by a %s".formatted(String.join(", ", parameters.names()), density);
  }

  /** Frees the parameters. */
  @Override
  public void close() {
    open = false;
    density.close();
    manager.close();
  }
}
