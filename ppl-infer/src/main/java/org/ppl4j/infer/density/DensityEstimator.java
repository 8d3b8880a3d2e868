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

  private final Recipe recipe;

  private DensityEstimator(Recipe recipe) {
    this.recipe = recipe;
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
    return new DensityEstimator(Recipe.of(flows(flow)));
  }

  /**
   * Of a flow from other noise than the standard one, which need not be fixed: see {@link
   * BaseDistribution}; a new estimator. Such noise is not {@linkplain Training#widened() widened}.
   */
  public DensityEstimator base(BaseDistribution base) {
    return new DensityEstimator(recipe.from(base));
  }

  /** Trained otherwise; a new estimator. */
  public DensityEstimator training(Training training) {
    return new DensityEstimator(recipe.training(training));
  }

  /**
   * Of flows alone. Else simple distributions are fitted beside each flow: a normal distribution,
   * or the linear regression given contexts; mixtures of several of them; additive regressions of
   * each column on those before it; given contexts polynomial ones, too. They have that part in
   * what is learned which rows for validation say: all of it where they say that the flow is no
   * better. The {@link DensityReport} names them. There are none where no density is trained,
   * {@linkplain Objective draws} being compared alone, where {@link Dequantisation noise} is
   * learned, and of angles and directions; a new estimator.
   */
  public DensityEstimator withoutBaselines() {
    return new DensityEstimator(recipe.withoutBaselines());
  }

  /**
   * An ensemble: so many flows trained alike but for their seeds, by which they begin, see batches
   * and choose rows for validation; what is learned is the mixture of all with equal weights. It is
   * never less likely than its members are on average, and steadier. They are trained on as many
   * threads as there are processors, with the same result on any number; a new estimator.
   *
   * @param members how many, at least 1; 5 is enough as a rule
   * @throws IllegalArgumentException if there are less
   */
  public DensityEstimator ensemble(int members) {
    return new DensityEstimator(recipe.members(members));
  }

  /**
   * With this share of the rows for calibration, as {@link
   * ConditionalDensityEstimator#calibration}; none unless set; a new estimator.
   *
   * @param share 0 for none
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public DensityEstimator calibration(double share) {
    return new DensityEstimator(recipe.calibration(share));
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
    return new DensityEstimator(recipe.columns(columns -> columns.support(support)));
  }

  /**
   * Of rows of which one column lies in a set, as {@link #support(Constraint)}; a new estimator.
   *
   * @param column its name in a {@link Table}
   * @throws IllegalArgumentException if the set is not of numbers, or as there
   */
  public DensityEstimator support(String column, Constraint support) {
    return new DensityEstimator(recipe.columns(columns -> columns.support(column, support)));
  }

  /**
   * With columns of few different numbers made continuous in another way than {@link
   * Dequantisation#detected()}; a new estimator.
   */
  public DensityEstimator dequantisation(Dequantisation dequantisation) {
    requireNonNull(dequantisation, "dequantisation");
    return new DensityEstimator(recipe.columns(columns -> columns.dequantisation(dequantisation)));
  }

  /**
   * With rows that count as much as a column of a table says, such as the exposure of a policy or
   * how many people a row stands for; a new estimator. The column is no part of the rows.
   *
   * <p>What is learned is the greatest sum of log-densities times weights, of rows and of those for
   * validation, whose mean log-densities are by weights as well: only the shares of weights matter.
   * In each epoch a row is there as often as it is heavy. Densities, draws and quantiles are
   * recalibrated by weights too; for intervals, rows for calibration count alike, so that they
   * cover as many rows as they say.
   *
   * @param column its name
   */
  public DensityEstimator weights(String column) {
    return new DensityEstimator(recipe.columns(columns -> columns.weights(column)));
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
        DensityFit.of(
            recipe, new Tables(rows, null), new Tables(others, null), Owner.managerOf(y)));
  }

  /**
   * The density of a table with names, all of whose columns are learned; a part of its rows is for
   * validation. Cells may be missing.
   *
   * <p>Columns that are continuous are learned together by one flow. Before them come categories
   * and coarse steps, such as counts, each by its probabilities given those before; after them
   * columns of which single numbers have probabilities (zeros of claims), and those with missing
   * cells. Their flows, for one column, have contexts: the flow must be one that can have some.
   * Numbers that are never negative and begin near 0 are positive, shares between 0 and 1, unless a
   * support is set. Columns that follow from others, constant and doubled ones among them, are not
   * learned, and draws have them. What a column was taken for the {@link DensityReport} and {@link
   * Density#notes} say.
   *
   * @param manager the owner of what the density returns
   * @throws IllegalArgumentException if there are too few rows, a cell is not of its column's type
   *     or outside the support, a column has nothing in all rows, or all columns are constant
   * @throws IllegalStateException as {@link #fit(NDArray)}
   */
  @MustBeClosed
  public Density fit(NDManager manager, Table table) {
    return fitted(manager, table);
  }

  /** {@link #fit(NDManager, Table)} of which nobody owns what the density returns. */
  @MustBeClosed
  public Density fit(Table table) {
    return fitted(null, table);
  }

  @MustBeClosed
  private Density fitted(@Nullable NDManager manager, Table table) {
    return new Density(
        DensityFit.of(recipe, recipe.columns().tables(table.ofItsTypes(), null), manager));
  }

  Recipe recipe() {
    return recipe;
  }

  static Fitted.Flows flows(IntFunction<TransformModule> flow) {
    requireNonNull(flow, "flow");
    return (dim, contextDim) ->
        contextDim == 0
            ? Flow.of(flow.apply(dim))
            : Flow.of(flow.apply(dim).conditional(contextDim));
  }

  /** Its training, and what stands beside it. */
  @Override
  public String toString() {
    return "density estimator, " + recipe;
  }
}
