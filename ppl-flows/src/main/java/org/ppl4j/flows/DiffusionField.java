package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.Traced;
import org.ppl4j.nn.ValueAndSlopes;
import org.ppl4j.ode.VariancePreserving;

/**
 * The probability flow of a diffusion from noise at time 0 to rows at time 1, at an even pace of
 * its angle φ, at which it is dx/dφ = cos φ ε̂ − sin φ x̂₀, without a singularity at either end.
 */
sealed interface DiffusionField extends Field {

  /** The noise that is expected at times of the diffusion. */
  NDArray noise(NDArray time, NDArray x);

  @Override
  default DiffusionField withParameters(UnaryOperator<NDArray> operator) {
    return this;
  }

  /** The angle at a time of the flow. */
  private static NDArray angle(VariancePreserving sde, NDArray time) {
    return time.sub(1).mul(-sde.lastAngle());
  }

  /**
   * What a network says dx/dφ is, given the place, sines and cosines of the angle, and a context.
   */
  record Learned(NetworkField network, VariancePreserving sde) implements DiffusionField {

    /** Of waves of the angle, which the network sees in place of the time. */
    static final int FREQUENCIES = 3;

    private static NDArray features(NDArray angle) {
      return NetworkField.waves(angle, FREQUENCIES);
    }

    @Override
    public NDArray velocity(NDArray time, NDArray x) {
      return network.velocity(features(angle(sde, time)), x).mul(-sde.lastAngle());
    }

    @Override
    public ValueAndSlopes along(NDArray time, NDArray x, NDArray directions) {
      ValueAndSlopes moved = network.along(features(angle(sde, time)), x, directions);
      double pace = -sde.lastAngle();
      return new ValueAndSlopes(moved.value().mul(pace), moved.slopes().mul(pace));
    }

    @Override
    public Traced traced(NDArray time, NDArray x) {
      Traced traced = network.traced(features(angle(sde, time)), x);
      double pace = -sde.lastAngle();
      return new Traced(traced.value().mul(pace), traced.trace().mul(pace));
    }

    /** ε̂ = sin φ x + cos φ dx/dφ. */
    @Override
    public NDArray noise(NDArray time, NDArray x) {
      NDArray turn = network.velocity(features(sde.angle(time)), x);
      return sde.noise(time).mul(x).add(sde.signal(time).mul(turn));
    }

    @Override
    public Shape batch() {
      return network.batch();
    }

    @Override
    public DiffusionField withParameters(UnaryOperator<NDArray> operator) {
      return new Learned(network.withParameters(operator), sde);
    }
  }

  /** That of a score, dx/dφ = −tan φ (x + score). */
  record Given(Score score, VariancePreserving sde) implements DiffusionField {

    @Override
    public NDArray velocity(NDArray time, NDArray x) {
      NDArray angle = angle(sde, time);
      return score.at(sde.time(angle), x).add(x).mul(angle.tan().mul(sde.lastAngle()));
    }

    @Override
    public NDArray noise(NDArray time, NDArray x) {
      return score.at(time, x).mul(sde.noise(time)).neg();
    }
  }
}
