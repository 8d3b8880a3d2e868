package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
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
 * <p>Columns are brought to mean 0 and standard deviation 1 inside, and those of at least 200
 * numbers that are not normal to normal scores: by their quantiles in the middle, and generalized
 * Pareto tails beyond, which end as sharply or reach as far as the column does (of continuous flows
 * by the tails alone: see {@link Objective}). Hence draws keep to the range and the tails of the
 * columns whatever the flow. All that it returns is in the units of the data. Columns of few
 * different numbers are made continuous: see {@link Dequantisation}. How it trains is a {@link
 * Training}.
 */
public final class DensityEstimator {

  private final IntFunction<TransformModule> flow;
  private final Columns columns;
  private final Training training;

  private DensityEstimator(IntFunction<TransformModule> flow, Columns columns, Training training) {
    this.flow = requireNonNull(flow, "flow");
    this.columns = columns;
    this.training = requireNonNull(training, "training");
  }

  /**
   * With a flow, trained in the standard way.
   *
   * @param flow from D to a flow from standard normal noise to rows of D columns; its inverse
   *     should be fast. A flow of angles or of directions starts from uniform noise instead, and
   *     makes rows as they are: no column is changed before, and rows must be angles from −π to π
   *     or unit vectors
   */
  public static DensityEstimator of(IntFunction<TransformModule> flow) {
    return new DensityEstimator(flow, Columns.STANDARD, Training.standard());
  }

  /** Trained otherwise; a new estimator. */
  public DensityEstimator training(Training training) {
    return new DensityEstimator(flow, columns, training);
  }

  /**
   * Of rows that lie in a set: the density is 0 outside, and no draw is there; a new estimator. The
   * flow makes what a bijection takes there: one number less for a {@code Constraint.SIMPLEX}.
   *
   * @param support of numbers, for each column, or of rows; {@code Constraint.cat} has a set for
   *     each of some columns
   * @throws IllegalArgumentException if it is of something else, discrete, or has tensors as bounds
   */
  public DensityEstimator support(Constraint support) {
    return new DensityEstimator(flow, columns.support(support), training);
  }

  /**
   * Of rows of which one column lies in a set, as {@link #support(Constraint)}; a new estimator.
   *
   * @param column its name in a {@link Table}
   * @throws IllegalArgumentException if the set is not of numbers, or as there
   */
  public DensityEstimator support(String column, Constraint support) {
    return new DensityEstimator(flow, columns.support(column, support), training);
  }

  /**
   * With columns of few different numbers made continuous in another way than {@link
   * Dequantisation#detected()}; a new estimator.
   */
  public DensityEstimator dequantisation(Dequantisation dequantisation) {
    requireNonNull(dequantisation, "dequantisation");
    return new DensityEstimator(flow, columns.dequantisation(dequantisation), training);
  }

  /**
   * The density of a table, a part of whose rows is for validation.
   *
   * @param y (N, D), or (N) for D = 1; its manager, if it has one, will own what the density
   *     returns
   * @throws IllegalArgumentException if there are too few rows, a number is not finite or outside
   *     the support, or a column is constant or a weighted sum of others
   * @throws IllegalStateException if training never had a finite log-density
   */
  @MustBeClosed
  public Density fit(NDArray y) {
    return fitted(Owner.managerOf(y), Table.of("y", y));
  }

  /**
   * The density of a table, with these rows for validation.
   *
   * @param y (N, D), or (N) for D = 1; its manager, if it has one, will own what the density
   *     returns
   * @param validation (M, D), or (M) for D = 1
   * @throws IllegalArgumentException as {@link #fit(NDArray)}, or if the widths differ
   * @throws IllegalStateException as {@link #fit(NDArray)}
   */
  @MustBeClosed
  public Density fit(NDArray y, NDArray validation) {
    Table rows = Table.of("y", y).finite();
    Table others = Table.of("validation", validation).width(rows.columns()).finite();
    return new Density(
        Fitted.fit(
            flows(flow),
            columns,
            new Tables(rows, null),
            new Tables(others, null),
            training,
            Owner.managerOf(y)));
  }

  /**
   * The density of a table with names, all of whose columns are learned; a part of its rows is for
   * validation.
   *
   * @param manager the owner of what the density returns
   * @throws IllegalArgumentException as {@link #fit(NDArray)}, or if a cell has text or nothing
   * @throws IllegalStateException as {@link #fit(NDArray)}
   */
  @MustBeClosed
  public Density fit(NDManager manager, Table table) {
    return fitted(manager, table);
  }

  @MustBeClosed
  private Density fitted(@Nullable NDManager manager, Table table) {
    Tables tables = new Tables(table.finite(), null);
    return new Density(Fitted.fit(flows(flow), columns, tables, training, manager));
  }

  static Fitted.Flows flows(IntFunction<TransformModule> flow) {
    return (dim, contextDim) -> Flow.of(flow.apply(dim));
  }
}
