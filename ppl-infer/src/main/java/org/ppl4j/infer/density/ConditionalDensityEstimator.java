package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.errorprone.annotations.MustBeClosed;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
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
 * <p>Columns of both are brought to mean 0 and standard deviation 1 inside, and columns of rows to
 * normal scores, as {@link DensityEstimator} says, where these are likelier than the numbers to be
 * normal with a mean and a variance that follow the contexts smoothly. Columns of contexts that
 * have heavy tails are brought to scores too, since a network reads what lies within reach. All
 * that it returns is in the units of the data. How it trains is a {@link Training}.
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

  private final Recipe recipe;

  private ConditionalDensityEstimator(Recipe recipe) {
    this.recipe = recipe;
  }

  /** With a flow, whose inverse should be fast, trained in the standard way. */
  public static ConditionalDensityEstimator of(Flows flow) {
    return new ConditionalDensityEstimator(Recipe.of(flows(flow)).calibrated());
  }

  /** Of a flow from other noise, as {@link DensityEstimator#base}; a new estimator. */
  public ConditionalDensityEstimator base(BaseDistribution base) {
    return new ConditionalDensityEstimator(recipe.from(base));
  }

  /** Trained otherwise; a new estimator. */
  public ConditionalDensityEstimator training(Training training) {
    return new ConditionalDensityEstimator(recipe.training(training));
  }

  /** Of flows alone, as {@link DensityEstimator#withoutBaselines()}; a new estimator. */
  public ConditionalDensityEstimator withoutBaselines() {
    return new ConditionalDensityEstimator(recipe.withoutBaselines());
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
  public ConditionalDensityEstimator ensemble(int members) {
    return new ConditionalDensityEstimator(recipe.members(members));
  }

  /**
   * With this share of the rows for calibration, or as near as 40 m − 1 rows come to it: nothing is
   * learned from them, nor chosen by them. {@link ConditionalDensity#interval Intervals} then are
   * conformal: a new row lies inside with the probability that is asked for, whatever was learned.
   * Unless set about 15%, up to a quarter of small tables, none of tables of less than 156 rows or
   * of rows of more than 20 columns; a new estimator.
   *
   * @param share 0 for none
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public ConditionalDensityEstimator calibration(double share) {
    return new ConditionalDensityEstimator(recipe.calibration(share));
  }

  /**
   * Of rows that lie in a set, as {@link DensityEstimator#support(Constraint)}; a new estimator.
   *
   * @throws IllegalArgumentException as there
   */
  public ConditionalDensityEstimator support(Constraint support) {
    return new ConditionalDensityEstimator(recipe.columns(columns -> columns.support(support)));
  }

  /**
   * Of rows of which one column lies in a set, as {@link DensityEstimator#support(String,
   * Constraint)}; a new estimator.
   *
   * @throws IllegalArgumentException as there
   */
  public ConditionalDensityEstimator support(String column, Constraint support) {
    return new ConditionalDensityEstimator(
        recipe.columns(columns -> columns.support(column, support)));
  }

  /**
   * With columns of few different numbers, in rows and not in contexts, made continuous in another
   * way than {@link Dequantisation#detected()}; a new estimator.
   */
  public ConditionalDensityEstimator dequantisation(Dequantisation dequantisation) {
    requireNonNull(dequantisation, "dequantisation");
    return new ConditionalDensityEstimator(
        recipe.columns(columns -> columns.dequantisation(dequantisation)));
  }

  /**
   * Of contexts of which a column may have the same number in all rows, as a simulator's first
   * state does: that is a warning then, and no error; a new estimator.
   */
  public ConditionalDensityEstimator constantContexts() {
    return with(Columns.Contexts.MAY_BE_CONSTANT);
  }

  /**
   * Of contexts that are not brought to standard units: of a flow whose networks do that, since
   * they know which columns belong together, as those of a set do; a new estimator.
   */
  public ConditionalDensityEstimator contextsAsTheyAre() {
    return with(Columns.Contexts.AS_THEY_ARE);
  }

  private ConditionalDensityEstimator with(Columns.Contexts contexts) {
    return new ConditionalDensityEstimator(recipe.columns(columns -> columns.contexts(contexts)));
  }

  /**
   * With rows that count as much as a column of either table says, as {@link
   * DensityEstimator#weights}; a new estimator. The column is no part of rows nor of contexts.
   *
   * @param column its name
   */
  public ConditionalDensityEstimator weights(String column) {
    return new ConditionalDensityEstimator(recipe.columns(columns -> columns.weights(column)));
  }

  /**
   * The density of rows given contexts, a part of which is for validation.
   *
   * @param y (N, D), or (N) for D = 1; its manager, if it has one, will own what the density
   *     returns
   * @param x (N, C), or (N) for C = 1
   * @throws IllegalArgumentException if there are too few rows, or not one context a row, a number
   *     is not finite or outside the support, or a column is constant or a weighted sum of others
   * @throws IllegalStateException if training never had a finite log-density
   */
  @MustBeClosed
  public ConditionalDensity fit(NDArray y, NDArray x) {
    return fitted(Owner.managerOf(y), Table.of("y", y), Table.of("x", x));
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
    return new ConditionalDensity(DensityFit.of(recipe, tables, others, Owner.managerOf(y)));
  }

  /**
   * The density of a table with names given another, such as some columns given others; a part of
   * their rows is for validation. Rows are learned as {@link DensityEstimator#fit(NDManager,
   * Table)} says.
   *
   * @param manager the owner of what the density returns
   * @throws IllegalArgumentException as there, or if there is not one context a row, or a context
   *     has text or nothing
   * @throws IllegalStateException as {@link #fit(NDArray, NDArray)}
   */
  @MustBeClosed
  public ConditionalDensity fit(NDManager manager, Table y, Table x) {
    return fitted(manager, y, x);
  }

  /** {@link #fit(NDManager, Table, Table)} of which nobody owns what the density returns. */
  @MustBeClosed
  public ConditionalDensity fit(Table y, Table x) {
    return fitted(null, y, x);
  }

  @MustBeClosed
  private ConditionalDensity fitted(@Nullable NDManager manager, Table y, Table x) {
    Tables tables = recipe.columns().tables(y.ofItsTypes(), x);
    return new ConditionalDensity(DensityFit.of(recipe, tables, manager));
  }

  Recipe recipe() {
    return recipe;
  }

  static Fitted.Flows flows(Flows flow) {
    requireNonNull(flow, "flow");
    return (dim, contextDim) -> Flow.of(flow.of(dim, contextDim));
  }

  /** Its training, and what stands beside it. */
  @Override
  public String toString() {
    return "conditional density estimator, " + recipe;
  }
}
