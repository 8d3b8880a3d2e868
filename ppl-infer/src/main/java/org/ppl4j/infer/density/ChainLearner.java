package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;

/**
 * Learns a {@link ColumnChain} factor by factor. A factor is learned from the rows in which its
 * column is there. Where a column before it has missing cells, those of some more rows are hidden
 * from it at random, so that it knows what to say without them.
 *
 * @param told what an estimator was told of the columns
 * @param block learns what is continuous
 * @param owner of the tensors, which the distributions free
 */
record ChainLearner(
    ChainPlan plan, Columns told, Training training, BlockLearner block, Owner owner) {

  /** Learns the distribution of columns that are continuous, given contexts. */
  @FunctionalInterface
  interface BlockLearner {

    /**
     * Learns it.
     *
     * @param columns what is known of the columns
     * @param rows that are learned from
     * @param validation that are looked at
     */
    Learned learn(Columns columns, Tables rows, Tables validation);
  }

  /** Of so many rows cells that may be missing are hidden, each of them in every second one. */
  private static final double HIDDEN_ROWS = 0.2;

  private static final double HIDDEN_CELLS = 0.5;

  /**
   * Learns from rows, and looks at others.
   *
   * @param rows NaN where a cell is missing; contexts are encoded
   */
  Learned learn(Tables rows, Tables validation) {
    Table all = rows.y().and(validation.y());
    List<SeenColumn> seen = seen(all);
    List<ColumnChain.Factor> factors = new ArrayList<>();
    ImmutableList.Builder<LearnedFlow> flows = ImmutableList.builder();
    try {
      int[] before = {};
      for (ChainPlan.Part part : plan.parts()) {
        int[] places = part.places();
        Learned learned =
            factor(part, given(rows, seen, before, part), given(validation, seen, before, part));
        flows.addAll(learned.flows());
        boolean mayBeMissing = part.first().missing() > 0;
        factors.add(
            new ColumnChain.Factor(ImmutableIntArray.copyOf(places), mayBeMissing, learned.rows()));
        before = IntStream.concat(Arrays.stream(before), Arrays.stream(places)).toArray();
      }
      return new Learned(
          new ColumnChain(
              seen,
              rows.contextDim(),
              factors,
              plan.rules(),
              Reach.of(rows.x(), training.config())),
          flows.build());
    } catch (RuntimeException e) {
      factors.forEach(factor -> factor.distribution().close());
      throw e;
    }
  }

  private List<SeenColumn> seen(Table all) {
    List<SeenColumn> seen = new ArrayList<>();
    for (int j = 0; j < all.columns(); j++) {
      seen.add(SeenColumn.of(all.numbers(j), true, new double[0]));
    }
    for (ChainPlan.Column column : plan.columns()) {
      boolean isNumber = column.kind() != ChainPlan.Kind.LEVELS;
      seen.set(
          column.place(), SeenColumn.of(all.numbers(column.place()), isNumber, column.marks()));
    }
    return seen;
  }

  /** The columns of a part, where they are there, given contexts and the columns before. */
  private Tables given(Tables tables, List<SeenColumn> seen, int[] before, ChainPlan.Part part) {
    int first = part.first().place();
    Tables there = tables.whereGiven(first);
    Table rows = there.y();
    @Nullable Table contexts =
        ColumnChain.beside(there.x(), seen, hidden(rows, seen, before, first), before);
    return there.with(rows.places(part.places()), contexts);
  }

  private Table hidden(Table rows, List<SeenColumn> seen, int[] before, int first) {
    int[] maybe = Arrays.stream(before).filter(j -> seen.get(j).mayBeMissing()).toArray();
    if (maybe.length == 0) {
      return rows;
    }
    Rng rng = Rng.of(training.config().seed(), Rng.Purpose.PLATE, first, "density.hidden");
    double[] values = rows.range(0, rows.rows()).values();
    for (int i = 0; i < rows.rows(); i++) {
      boolean isHidden = rng.nextUniform() < HIDDEN_ROWS;
      for (int j : maybe) {
        if (rng.nextUniform() < HIDDEN_CELLS && isHidden) {
          values[i * rows.columns() + j] = Double.NaN;
        }
      }
    }
    return rows.with(values);
  }

  private Learned factor(ChainPlan.Part part, Tables rows, Tables validation) {
    ChainPlan.Column column = part.first();
    return switch (column.kind()) {
      case LEVELS -> new Learned(levels(column.marks(), rows, validation), ImmutableList.of());
      case CELLS -> {
        Learned numbers = numbers(part, rows, validation);
        yield new Learned(new CellDistribution(grid(column), numbers.rows()), numbers.flows());
      }
      case CONTINUOUS -> rounded(part, numbers(part, rows, validation));
      case ATOMS -> mixed(part, rows, validation);
    };
  }

  private static Grid grid(ChainPlan.Column column) {
    return requireNonNull(column.grid(), "grid");
  }

  private CategoryDistribution levels(double[] levels, Tables rows, Tables validation) {
    return new CategoryLearner(training, owner.required())
        .learn(levels, rows, orThose(validation, rows));
  }

  /** Some rows, or others if there is none. */
  private static Tables orThose(Tables some, Tables others) {
    return some.rows() > 0 ? some : others;
  }

  private Learned numbers(ChainPlan.Part part, Tables rows, Tables validation) {
    double[] steps = part.columns().stream().mapToDouble(ChainPlan.Column::step).toArray();
    List<Constraint> sets = part.columns().stream().map(ChainPlan.Column::inside).toList();
    Columns own =
        told.ofEach(sets)
            .dequantisation(told.dequantisation().in(steps))
            .contexts(Columns.Contexts.MAY_BE_CONSTANT);
    return block.learn(own, rows, orThose(validation, rows));
  }

  private static Learned rounded(ChainPlan.Part part, Learned numbers) {
    return new Learned(
        RoundedDistribution.of(
            numbers.rows(), part.columns().stream().map(ChainPlan.Column::rounded).toList()),
        numbers.flows());
  }

  private Learned mixed(ChainPlan.Part part, Tables rows, Tables validation) {
    double[] atoms = part.first().marks();
    double[] levels = IntStream.rangeClosed(0, atoms.length).asDoubleStream().toArray();
    CategoryDistribution which = levels(levels, which(atoms, rows), which(atoms, validation));
    try {
      Learned rest = rounded(part, numbers(part, between(atoms, rows), between(atoms, validation)));
      return new Learned(new MixedDistribution(atoms, which, rest.rows()), rest.flows());
    } catch (RuntimeException e) {
      which.close();
      throw e;
    }
  }

  /** Which atom each row is. */
  private static Tables which(double[] atoms, Tables tables) {
    double[] levels = tables.y().numbers(0);
    Arrays.setAll(levels, i -> MixedDistribution.which(atoms, levels[i]));
    return tables.with(new Table("atom", 1, levels), tables.x());
  }

  /** The rows that are no atoms. */
  private static Tables between(double[] atoms, Tables tables) {
    return tables.view(
        IntStream.range(0, tables.rows())
            .filter(i -> MixedDistribution.which(atoms, tables.y().number(i, 0)) == atoms.length)
            .toArray());
  }
}
