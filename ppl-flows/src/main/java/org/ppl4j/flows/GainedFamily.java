package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import java.util.List;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.Transform;

/** Maps of a family, whose parameters are some numbers times a gain, which one more says. */
record GainedFamily(ScalarFamily family, double gain) implements ScalarFamily {

  /** How far a gain may rise or fall. */
  private static final double MOST = 4;

  GainedFamily {
    checkArgument(
        gain > 0 && Double.isFinite(gain),
        "family '%s' has a gain of %s, but it must be positive and finite",
        family,
        gain);
  }

  @Override
  public int parameters() {
    return 1 + family.parameters();
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> parts = Tensors.split(parameters, -1, 1, family.parameters());
    NDArray times = parts.get(0).tanh().mul(Math.log(MOST)).exp();
    return family.map(parts.get(1).mul(times.mul(gain)));
  }

  @Override
  public Constraint domain() {
    return family.domain();
  }

  @Override
  public int iterations() {
    return family.iterations();
  }

  @Override
  public boolean hasContinuousDerivative() {
    return family.hasContinuousDerivative();
  }

  @Override
  public boolean hasLinearTails() {
    return family.hasLinearTails();
  }

  /** In version 1 a gain could rise to ten times. */
  @Override
  public List<Family> families() {
    return ImmutableList.<Family>builder()
        .addAll(family.families())
        .add(Family.of(getClass(), 2))
        .build();
  }

  @Override
  public String toString() {
    return family.toString();
  }
}
