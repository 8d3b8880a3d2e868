package com.example.own;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.MultivariateStudentT;
import org.ppl4j.infer.autoguide.GuideSettings;
import org.ppl4j.infer.autoguide.JointGuide;

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
    return MultivariateStudentT.of(DEGREES, loc(p, initialLoc), scaleTril(p, size));
  }
}
