package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.internal.Workers;
import org.ppl4j.infer.svi.FitListener;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;

/**
 * Learns what a density answers with: the members of an ensemble, each of rows of its own for
 * validation.
 */
final class DensityFit {

  private final Recipe recipe;
  private final Owner owner;

  private DensityFit(Recipe recipe, Owner owner) {
    this.recipe = recipe;
    this.owner = owner;
  }

  /**
   * Trains on a part of the rows, and looks at others; what is left is for calibration. The columns
   * of a table with names are learned as they {@linkplain ChainPlan are}, those of an array
   * together, by one flow.
   *
   * @param manager of what the density returns; null if the data have none
   */
  static Fitted of(Recipe recipe, Tables all, @Nullable NDManager manager) {
    Shares shares = Shares.of(recipe, all);
    Tables learned = shares.learned();
    ChainPlan plan = plan(recipe, learned);
    DensityFit fit = new DensityFit(recipe, Owner.of(manager, recipe.training().config().device()));
    return fit.fitted(
        shares,
        KnownRows.of(learned, shares.calibration()),
        learned.y().names().isEmpty() ? ImmutableList.of() : plan.notes(learned.y()),
        RowLayout.of(all.y()),
        (own, training) -> fit.learned(own, training, plan, learned));
  }

  /** What is learned apart. A flow of angles or of directions makes rows as they are. */
  private static ChainPlan plan(Recipe recipe, Tables all) {
    Table y = all.y();
    if (y.names().isEmpty()) {
      return ChainPlan.plain(y);
    }
    validationRows(recipe, all);
    int dim = recipe.columns().support().of(y).freeDim(y.columns());
    RunConfig config = recipe.training().config();
    boolean isMade =
        !FlowNoise.madeBy(recipe.flows(), dim, all.contextDim(), config).elementwise().isReal();
    return isMade ? ChainPlan.plain(y) : ChainPlan.of(recipe.columns(), y);
  }

  private Learned learned(Recipe own, Training training, ChainPlan plan, Tables all) {
    Split split = split(own, all);
    Tables rows = all.view(split.others());
    Tables validation = all.view(split.held());
    if (plan.isPlain()) {
      Columns columns = all.weights() == null ? own.columns() : own.columns().withoutSteps(all.y());
      DataUnits units = columns.units(own.flows(), all, training);
      return block(columns, training, units, rows, validation);
    }
    ChainLearner.BlockLearner block =
        (columns, some, others) ->
            block(
                columns,
                training,
                columns.units(own.flows(), some.and(others), training),
                some,
                others);
    return new ChainLearner(plan, own.columns(), training, block, owner).learn(rows, validation);
  }

  /** Trains on rows, some of which are for calibration, and looks at others. */
  static Fitted of(Recipe recipe, Tables all, Tables validation, @Nullable NDManager manager) {
    Shares shares = Shares.of(recipe, all);
    Tables rows = shares.learned();
    DataUnits units = recipe.columns().units(recipe.flows(), rows, recipe.training());
    units.y().check(validation.y(), Columns.noise(recipe.training().config()));
    DensityFit fit = new DensityFit(recipe, Owner.of(manager, recipe.training().config().device()));
    return fit.fitted(
        shares,
        KnownRows.of(rows, validation, shares.calibration()),
        ImmutableList.of(),
        null,
        (own, training) -> fit.block(own.columns(), training, units, rows, validation));
  }

  /**
   * What becomes of rows.
   *
   * @param learned for training and validation
   * @param calibration for nothing else; null if there are none
   * @param encoding by which contexts of both are numbers; null without
   */
  private record Shares(
      Tables learned, @Nullable Tables calibration, @Nullable ColumnEncoding encoding) {

    static Shares of(Recipe recipe, Tables all) {
      int wanted = recipe.calibrationRows(all.y());
      if (wanted == 0 || wanted > all.rows() - 2) {
        return of(all, all, null);
      }
      Rng rng =
          Rng.of(recipe.training().config().seed(), Rng.Purpose.PLATE, 0, "density.calibration");
      Split split = Split.of(all, wanted, rng);
      return of(all, all.view(split.others()), all.view(Arrays.copyOf(split.held(), wanted)));
    }

    private static Shares of(Tables all, Tables learned, @Nullable Tables calibration) {
      Table x = all.x();
      Table some = learned.x();
      if (x == null || some == null) {
        return new Shares(learned, calibration, null);
      }
      ColumnEncoding encoding = ColumnEncoding.of(x, some);
      return new Shares(
          learned.encoded(encoding),
          calibration == null ? null : calibration.encoded(encoding),
          encoding);
    }
  }

  private Fitted fitted(
      Shares shares,
      KnownRows known,
      ImmutableList<String> ofRows,
      @Nullable RowLayout layout,
      Member member) {
    RunConfig config = recipe.training().config();
    ColumnEncoding encoding = shares.encoding();
    Tables calibration = shares.calibration();
    ImmutableList<String> notes =
        encoding == null
            ? ofRows
            : ImmutableList.<String>builder().addAll(ofRows).addAll(encoding.notes()).build();
    try {
      List<Learned> members = members(member);
      RowDistribution rows =
          MixtureDistribution.ofEqual(members.stream().map(Learned::rows).toList());
      List<LearnedFlow> flows =
          members.stream().flatMap(one -> one.with(notes).flows().stream()).toList();
      if (calibration == null || flows.stream().anyMatch(DensityFit::isLeftAsItIs)) {
        return new Fitted(rows, null, flows, layout, encoding, notes, known, owner, config);
      }
      Calibrated calibrated = Calibrated.of(rows, calibration, config.seed());
      List<LearnedFlow> noted =
          flows.stream().map(flow -> flow.with(ImmutableList.of(calibrated.note()))).toList();
      return new Fitted(
          calibrated.rows(),
          calibrated.ranks(),
          noted,
          layout,
          encoding,
          notes,
          known,
          owner,
          config);
    } catch (RuntimeException e) {
      owner.close();
      throw e;
    }
  }

  /** Whether there is no order of what it makes, or noise that it learned belongs to it alone. */
  private static boolean isLeftAsItIs(LearnedFlow flow) {
    return flow.units().y().support().isMade() || flow.units().cells() != null;
  }

  // --- members

  /** Learns a member. */
  @FunctionalInterface
  private interface Member {

    /**
     * Learns it.
     *
     * @param recipe its own
     * @param training of its flows, which ends with what it has when it is stopped
     */
    Learned of(Recipe recipe, Training training);
  }

  /** All members: one by this thread, several by threads of their own. */
  private List<Learned> members(Member member) {
    if (recipe.members() == 1) {
      return List.of(member.of(recipe, recipe.training()));
    }
    List<Learned> learned = new ArrayList<>();
    List<Workers.Part<Learned>> parts = new ArrayList<>();
    for (int k = 0; k < recipe.members(); k++) {
      Recipe own = recipe.member(k);
      parts.add(
          isStopped -> {
            Learned one = member.of(own, own.training().listener(stopping(isStopped)));
            synchronized (learned) {
              learned.add(one);
            }
            return one;
          });
    }
    int threads = Math.min(parts.size(), Runtime.getRuntime().availableProcessors());
    try (Workers workers = Workers.of("density", threads)) {
      return workers.all(parts, () -> {});
    } catch (RuntimeException e) {
      learned.forEach(one -> one.rows().close());
      throw e;
    }
  }

  private static FitListener stopping(BooleanSupplier isStopped) {
    return new FitListener() {
      @Override
      public Next onStep(Step step) {
        return isStopped.getAsBoolean() ? Next.STOP : Next.GO_ON;
      }
    };
  }

  /** Learns columns that are continuous. */
  private Learned block(
      Columns columns, Training training, DataUnits units, Tables rows, Tables validation) {
    return new FlowLearner(recipe.flows(), columns, training, recipe.baselines())
        .learn(units, rows, validation, owner);
  }

  /** How many rows are looked at, checked. */
  @CanIgnoreReturnValue
  private static int validationRows(Recipe recipe, Tables all) {
    int rows = all.rows();
    int wanted = Split.count(rows, recipe.training().validation());
    checkArgument(
        rows - wanted >= 2,
        "%s has %s rows, %s of them for validation, but training needs at least 2 more; pass more"
            + " rows",
        all.y().name(),
        rows,
        wanted);
    return wanted;
  }

  private static Split split(Recipe recipe, Tables all) {
    long seed = recipe.training().config().seed();
    Rng rng = Rng.of(seed, Rng.Purpose.PLATE, 0, "density.split");
    return Split.of(all, validationRows(recipe, all), rng);
  }
}
