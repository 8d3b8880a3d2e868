package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.tensor.Tensors;

/** Equations of several sciences, with and without time, of one to three states. */
final class OdeCases {

  /** What of a drug is given, in mg, over the volume that it spreads in, in litres. */
  private static final double DOSE = 30.0 / 2;

  /** Lotka and Volterra's hares and lynxes. */
  static final Equation HARES =
      (time, state, theta) -> {
        List<NDArray> uv = Tensors.split(state, -1, 1, 1);
        List<NDArray> of = Tensors.split(theta, -1, 1, 1, 1, 1);
        NDArray hares = of.get(0).sub(of.get(1).mul(uv.get(1))).mul(uv.get(0));
        NDArray lynxes = of.get(3).mul(uv.get(0)).sub(of.get(2)).mul(uv.get(1));
        return Tensors.concat(List.of(hares, lynxes), -1);
      };

  /** One compartment, which a drug enters at rate k_a and leaves as Michaelis and Menten say. */
  static final Equation ELIMINATION =
      (time, c, theta) -> {
        List<NDArray> of = Tensors.split(theta, -1, 1, 1, 1);
        NDArray absorbed = of.get(0).mul(time).neg().exp().mul(of.get(0)).mul(DOSE);
        return absorbed.sub(of.get(2).div(2).mul(c).div(of.get(1).add(c)));
      };

  /** The same with what is yet to be absorbed as a state. */
  private static final Equation TWO_STATES =
      (time, state, theta) -> {
        List<NDArray> of = Tensors.split(theta, -1, 1, 1, 1);
        List<NDArray> gc = Tensors.split(state, -1, 1, 1);
        NDArray absorbed = of.get(0).mul(gc.get(0));
        NDArray c = gc.get(1);
        NDArray left = of.get(2).div(2).mul(c).div(of.get(1).add(c));
        return Tensors.concat(List.of(absorbed.neg(), absorbed.sub(left)), -1);
      };

  /** An epidemic: susceptible, infected, recovered. */
  private static final Equation EPIDEMIC =
      (time, state, theta) -> {
        List<NDArray> of = Tensors.split(theta, -1, 1, 1);
        List<NDArray> sir = Tensors.split(state, -1, 1, 1, 1);
        NDArray infected = of.get(0).mul(sir.get(0)).mul(sir.get(1));
        NDArray recovered = of.get(1).mul(sir.get(1));
        return Tensors.concat(List.of(infected.neg(), infected.sub(recovered), recovered), -1);
      };

  /** Van der Pol's circuit, driven by a voltage. */
  private static final Equation CIRCUIT =
      (time, state, theta) -> {
        List<NDArray> of = Tensors.split(theta, -1, 1, 1);
        List<NDArray> xy = Tensors.split(state, -1, 1, 1);
        NDArray x = xy.get(0);
        NDArray damped = x.square().neg().add(1).mul(of.get(0)).mul(xy.get(1));
        NDArray driven = of.get(1).mul(time).sin();
        return Tensors.concat(List.of(xy.get(1), damped.sub(x).add(driven)), -1);
      };

  static final List<OdeCase> ALL =
      List.of(
          new OdeCase(
              "hares and lynxes",
              HARES,
              (t, z, p) -> new double[] {(p[0] - p[1] * z[1]) * z[0], (p[3] * z[0] - p[2]) * z[1]},
              new double[] {33.9, 5.9},
              new double[] {0, 1, 2.5, 4, 8, 12, 20},
              new double[] {0.55, 0.028, 0.84, 0.024}),
          new OdeCase(
              "hares and lynxes, back in time",
              HARES,
              (t, z, p) -> new double[] {(p[0] - p[1] * z[1]) * z[0], (p[3] * z[0] - p[2]) * z[1]},
              new double[] {33.9, 5.9},
              new double[] {3, 2, 1.5, -1},
              new double[] {0.55, 0.028, 0.84, 0.024}),
          new OdeCase(
              "elimination",
              ELIMINATION,
              (t, c, p) ->
                  new double[] {
                    DOSE * p[0] * Math.exp(-p[0] * t) - p[2] / 2 * c[0] / (p[1] + c[0])
                  },
              new double[] {0.4},
              new double[] {0, 0.5, 1, 2, 5, 10},
              new double[] {0.9, 2.1, 2.3}),
          new OdeCase(
              "elimination of two states",
              TWO_STATES,
              (t, z, p) ->
                  new double[] {-p[0] * z[0], p[0] * z[0] - p[2] / 2 * z[1] / (p[1] + z[1])},
              new double[] {15, 0.4},
              new double[] {0, 0.5, 1, 2, 5, 10},
              new double[] {0.9, 2.1, 2.3}),
          new OdeCase(
              "epidemic",
              EPIDEMIC,
              (t, z, p) ->
                  new double[] {-p[0] * z[0] * z[1], p[0] * z[0] * z[1] - p[1] * z[1], p[1] * z[1]},
              new double[] {0.98, 0.02, 1e-3},
              new double[] {-2, 1, 5, 20, 60},
              new double[] {0.6, 0.2}),
          new OdeCase(
              "circuit",
              CIRCUIT,
              (t, z, p) ->
                  new double[] {z[1], p[0] * (1 - z[0] * z[0]) * z[1] - z[0] + Math.sin(p[1] * t)},
              new double[] {1.2, -0.3},
              new double[] {0.5, 1, 4, 9},
              new double[] {1.3, 0.7}));

  private OdeCases() {}
}
