package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Workers;
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
   * Trains on a part of the rows, and looks at others; what is left is for calibration.
   *
   * @param manager of what the density returns; null if the data have none
   */
  static Fitted of(Recipe recipe, Tables all, @Nullable NDManager manager) {
    Shares shares = Shares.of(recipe, all);
    return fitted(
        recipe,
        shares.calibration(),
        manager,
        fit -> fit.members((own, stop) -> split(own, shares.learned()).learn(fit, stop)));
  }

  /** Trains on rows, some of which are for calibration, and looks at others. */
  static Fitted of(Recipe recipe, Tables all, Tables validation, @Nullable NDManager manager) {
    Shares shares = Shares.of(recipe, all);
    Tables rows = shares.learned();
    return fitted(
        recipe,
        shares.calibration(),
        manager,
        fit -> {
          DataUnits units = recipe.columns().units(recipe.flows(), rows, recipe.training());
          units.y().check(validation.y(), Columns.noise(recipe.training().config()));
          return fit.members(
              (own, stop) -> new Part(own, units, rows, validation).learn(fit, stop));
        });
  }

  /**
   * What becomes of rows.
   *
   * @param learned for training and validation
   * @param calibration for nothing else; null if there are none
   */
  private record Shares(Tables learned, @Nullable Tables calibration) {

    static Shares of(Recipe recipe, Tables all) {
      int wanted = recipe.calibrationRows(all.y());
      if (wanted == 0 || wanted > all.rows() - 2) {
        return new Shares(all, null);
      }
      Rng rng =
          Rng.of(recipe.training().config().seed(), Rng.Purpose.PLATE, 0, "density.calibration");
      Split split = Split.of(all, wanted, rng);
      return new Shares(all.view(split.others()), all.view(Arrays.copyOf(split.held(), wanted)));
    }
  }

  private interface Body {
    List<Learned> of(DensityFit fit);
  }

  private static Fitted fitted(
      Recipe recipe, @Nullable Tables calibration, @Nullable NDManager manager, Body body) {
    RunConfig config = recipe.training().config();
    Owner owner = Owner.of(manager, config.device());
    try {
      List<Learned> members = body.of(new DensityFit(recipe, owner));
      RowDistribution rows =
          MixtureDistribution.ofEqual(members.stream().map(Learned::rows).toList());
      List<LearnedFlow> flows = members.stream().flatMap(one -> one.flows().stream()).toList();
      return calibration == null || flows.stream().anyMatch(DensityFit::isLeftAsItIs)
          ? new Fitted(rows, null, flows, owner, config)
          : new Fitted(Calibrated.of(rows, calibration, config.seed()), flows, owner, config);
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
     * @param isStopped whether it is to end with what it has
     */
    Learned of(Recipe recipe, BooleanSupplier isStopped);
  }

  /** All members: one by this thread, several by threads of their own. */
  private List<Learned> members(Member member) {
    if (recipe.members() == 1) {
      return List.of(member.of(recipe, () -> false));
    }
    List<Learned> learned = new ArrayList<>();
    List<Workers.Part<Learned>> parts = new ArrayList<>();
    for (int k = 0; k < recipe.members(); k++) {
      Recipe own = recipe.member(k);
      parts.add(
          isStopped -> {
            Learned one = member.of(own, isStopped);
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

  /**
   * What a member learns from.
   *
   * @param recipe its own
   */
  private record Part(Recipe recipe, DataUnits units, Tables rows, Tables validation) {

    Learned learn(DensityFit fit, BooleanSupplier isStopped) {
      FitListener stopping =
          new FitListener() {
            @Override
            public Next onStep(Step step) {
              return isStopped.getAsBoolean() ? Next.STOP : Next.GO_ON;
            }
          };
      Training training =
          fit.recipe.members() == 1 ? recipe.training() : recipe.training().listener(stopping);
      return new FlowLearner(recipe.flows(), recipe.columns(), training, recipe.baselines())
          .learn(units, rows, validation, fit.owner);
    }
  }

  private static Part split(Recipe recipe, Tables all) {
    Training training = recipe.training();
    int rows = all.rows();
    int wanted = (int) Math.max(1, Math.round(rows * training.validation()));
    checkArgument(
        rows - wanted >= 2,
        "%s has %s rows, %s of them for validation, but training needs at least 2 more; pass more"
            + " rows",
        all.y().name(),
        rows,
        wanted);
    DataUnits units = recipe.columns().units(recipe.flows(), all, training);
    Split split =
        Split.of(
            all, wanted, Rng.of(training.config().seed(), Rng.Purpose.PLATE, 0, "density.split"));
    return new Part(recipe, units, all.view(split.others()), all.view(split.held()));
  }
}
