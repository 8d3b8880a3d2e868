package com.example.own;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;
import org.ppl4j.ParamStore;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.MultivariateStudentT;
import org.ppl4j.infer.autoguide.GuideSettings;
import org.ppl4j.infer.autoguide.JointGuide;
import org.ppl4j.tensor.Run;

/** A guide of one's own: Student's t with dependences, for tails that a normal does not reach. */
public final class HeavyGuide<D> extends JointGuide<D, HeavyGuide<D>> {

  private static final double DEGREES = 30;

  private HeavyGuide(Program<D> model, GuideSettings<D> settings) {
    super(model, settings);
  }

  /** The guide of a model. */
  public static <D> HeavyGuide<D> of(Program<D> model) {
    return new HeavyGuide<>(model, GuideSettings.standard());
  }

  @Override
  protected HeavyGuide<D> with(Program<D> model, GuideSettings<D> settings) {
    return new HeavyGuide<>(model, settings);
  }

  @Override
  protected Distribution joint(Ppl p, int size, Supplier<NDArray> initialLoc) {
    NDArray scaleTril =
        p.param(
            parameter("scaleTril"),
            () -> p.run().eye(size).mul(settings().initialScale()),
            Constraint.LOWER_CHOLESKY);
    return MultivariateStudentT.of(DEGREES, loc(p, initialLoc), scaleTril);
  }

  @Override
  protected NDArray jointMedian(Run run, ParamStore params, int size) {
    return run.create(params.value(parameter("loc")), new Shape(size));
  }
}
