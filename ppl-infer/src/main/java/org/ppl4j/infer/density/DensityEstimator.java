package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.function.IntFunction;
import org.ppl4j.transforms.TransformModule;

/**
 * Learns the density of a table's rows with a flow, by maximum likelihood.
 *
 * <pre>{@code
 * try (Density density = DensityEstimator.of(dim -> Flows.density(dim)).fit(table)) {
 *   System.out.println(density.report().orElseThrow());
 *   NDArray logProb = density.logProb(other);
 * }
 * }</pre>
 *
 * <p>Columns are brought to mean 0 and standard deviation 1 inside; all that it returns is in the
 * units of the data. How it trains is a {@link Training}.
 */
public final class DensityEstimator {

  private final IntFunction<TransformModule> flow;
  private final Training training;

  private DensityEstimator(IntFunction<TransformModule> flow, Training training) {
    this.flow = requireNonNull(flow, "flow");
    this.training = requireNonNull(training, "training");
  }

  /**
   * With a flow, trained in the standard way.
   *
   * @param flow from D to a flow from standard normal noise to rows of D columns; its inverse
   *     should be fast
   */
  public static DensityEstimator of(IntFunction<TransformModule> flow) {
    return new DensityEstimator(flow, Training.standard());
  }

  /** Trained otherwise; a new estimator. */
  public DensityEstimator training(Training training) {
    return new DensityEstimator(flow, training);
  }

  /**
   * The density of a table, a part of whose rows is for validation.
   *
   * @param y (N, D), or (N) for D = 1; its manager will own what the density returns
   * @throws IllegalArgumentException if there are too few rows, a number is not finite, or a column
   *     is constant
   * @throws IllegalStateException if training never had a finite log-density
   */
  @MustBeClosed
  public Density fit(NDArray y) {
    return new Density(Fitted.fit(flows(flow), tables(y), training, y.getManager()));
  }

  /**
   * The density of a table, with these rows for validation.
   *
   * @param y (N, D), or (N) for D = 1; its manager will own what the density returns
   * @param validation (M, D), or (M) for D = 1
   * @throws IllegalArgumentException as {@link #fit(NDArray)}, or if the widths differ
   * @throws IllegalStateException as {@link #fit(NDArray)}
   */
  @MustBeClosed
  public Density fit(NDArray y, NDArray validation) {
    Tables rows = tables(y);
    Tables others =
        new Tables(Table.of("validation", validation).width(rows.y().columns()).finite(), null);
    return new Density(Fitted.fit(flows(flow), rows, others, training, y.getManager()));
  }

  private static Tables tables(NDArray y) {
    return new Tables(Table.of("y", y).finite(), null);
  }

  static Fitted.Flows flows(IntFunction<TransformModule> flow) {
    return (dim, contextDim) -> Flow.of(flow.apply(dim));
  }
}
