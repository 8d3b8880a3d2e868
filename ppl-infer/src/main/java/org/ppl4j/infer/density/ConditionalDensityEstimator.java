package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.MustBeClosed;
import org.ppl4j.transforms.ConditionalTransformModule;

/**
 * Learns the density of rows y given contexts x with a conditional flow, by maximum likelihood.
 *
 * <pre>{@code
 * ConditionalDensityEstimator estimator =
 *     ConditionalDensityEstimator.of((dim, context) -> Flows.conditional(dim, context));
 * try (ConditionalDensity density = estimator.fit(y, x)) {
 *   NDArray draws = density.sample(1000, contexts);
 * }
 * }</pre>
 *
 * <p>Columns of both are brought to mean 0 and standard deviation 1 inside; all that it returns is
 * in the units of the data. How it trains is a {@link Training}.
 */
public final class ConditionalDensityEstimator {

  /** Makes the flow of a density. */
  @FunctionalInterface
  public interface Flows {

    /**
     * A conditional flow from standard normal noise to rows.
     *
     * @param dim how many columns a row has
     * @param contextDim how many columns a context has
     */
    ConditionalTransformModule of(int dim, int contextDim);
  }

  private final Flows flow;
  private final Training training;

  private ConditionalDensityEstimator(Flows flow, Training training) {
    this.flow = requireNonNull(flow, "flow");
    this.training = requireNonNull(training, "training");
  }

  /** With a flow, whose inverse should be fast, trained in the standard way. */
  public static ConditionalDensityEstimator of(Flows flow) {
    return new ConditionalDensityEstimator(flow, Training.standard());
  }

  /** Trained otherwise; a new estimator. */
  public ConditionalDensityEstimator training(Training training) {
    return new ConditionalDensityEstimator(flow, training);
  }

  /**
   * The density of rows given contexts, a part of which is for validation.
   *
   * @param y (N, D), or (N) for D = 1; its manager will own what the density returns
   * @param x (N, C), or (N) for C = 1
   * @throws IllegalArgumentException if there are too few rows, or not one context a row, a number
   *     is not finite, or a column is constant
   * @throws IllegalStateException if training never had a finite log-density
   */
  @MustBeClosed
  public ConditionalDensity fit(NDArray y, NDArray x) {
    Tables tables = new Tables(Table.of("y", y).finite(), Table.of("x", x).finite());
    return new ConditionalDensity(Fitted.fit(flows(flow), tables, training, y.getManager()));
  }

  /**
   * The density of rows given contexts, with others for validation.
   *
   * @throws IllegalArgumentException as {@link #fit(NDArray, NDArray)}, or if the widths differ
   * @throws IllegalStateException as {@link #fit(NDArray, NDArray)}
   */
  @MustBeClosed
  public ConditionalDensity fit(NDArray y, NDArray x, NDArray validationY, NDArray validationX) {
    Tables tables = new Tables(Table.of("y", y).finite(), Table.of("x", x).finite());
    Tables others =
        new Tables(
            Table.of("validation y", validationY).width(tables.y().columns()).finite(),
            Table.of("validation x", validationX).width(tables.contextDim()).finite());
    return new ConditionalDensity(
        Fitted.fit(flows(flow), tables, others, training, y.getManager()));
  }

  static Fitted.Flows flows(Flows flow) {
    return (dim, contextDim) -> Flow.of(flow.of(dim, contextDim));
  }
}
