package org.ppl4j.examples.dynamics;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.examples.launcher.Example;
import org.ppl4j.examples.launcher.ExampleModel;
import org.ppl4j.examples.launcher.ExampleOption;
import org.ppl4j.examples.launcher.ExampleOptions;
import org.ppl4j.examples.launcher.ExampleResult;
import org.ppl4j.examples.launcher.InferenceMethod;
import org.ppl4j.examples.launcher.Reference;
import org.ppl4j.examples.launcher.Resources;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.ode.Equation;
import org.ppl4j.ode.Ode;
import org.ppl4j.tensor.Tensors;

/**
 * How a drug that was swallowed enters the blood and is eliminated, at a rate that saturates
 * (Michaelis and Menten): one compartment, twenty concentrations in ten days, simulated, with the
 * model of Stan's benchmarks.
 */
public final class Pharmacokinetics implements Example {

  /**
   * The data.
   *
   * @param dose in mg
   * @param volume of the compartment, in litres
   * @param times of the dose and of each measurement, in days (T + 1)
   * @param measured concentrations, in mg a litre (T)
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Study(double dose, double volume, double[] times, double[] measured) {}

  /** dC/dt = exp(−k_a t) k_a D / V − V_m / V · C / (K_m + C), θ = (k_a, K_m, V_m). */
  record Elimination(double dose, double volume) implements Equation {

    @Override
    public NDArray rate(NDArray time, NDArray c, NDArray theta) {
      List<NDArray> of = Tensors.split(theta, -1, 1, 1, 1);
      NDArray ka = of.get(0);
      NDArray absorbed = ka.mul(time).neg().exp().mul(ka).mul(dose / volume);
      NDArray eliminated = of.get(2).div(volume).mul(c).div(of.get(1).add(c));
      return absorbed.sub(eliminated);
    }
  }

  /** Concentrations are lognormal around those of the compartment, which is empty at first. */
  public static final Program<Study> MODEL =
      (p, study) -> {
        NDArray ka = p.sample("k_a", HalfCauchy.of(1));
        NDArray km = p.sample("K_m", HalfCauchy.of(1));
        NDArray vm = p.sample("V_m", HalfCauchy.of(1));
        NDArray sigma = p.sample("sigma", HalfCauchy.of(1));
        NDArray theta = Tensors.stack(List.of(ka, km, vm), -1);
        Equation equation = new Elimination(study.dose(), study.volume());
        NDArray states = Ode.solve(equation, p.constant(new double[1]), study.times(), theta);
        NDArray c = Tensors.range(states, -2, 1, study.times().length).squeeze(-1);
        try (Plate measurements = p.plate("measurements", study.measured().length)) {
          p.observe("c", LogNormal.of(c.log(), sigma), measurements.take(study.measured()));
        }
      };

  /** Of 30 mg in 2 litres, from the resources; simulated, with the truth told beside it. */
  static Study study() {
    Class<?> here = Pharmacokinetics.class;
    double[] dosed = {0};
    return new Study(
        30,
        2,
        Doubles.concat(dosed, Resources.csv(here, "concentrations.csv", "day")),
        Resources.csv(here, "concentrations.csv", "concentration"));
  }

  @Override
  public String name() {
    return "pharmacokinetics";
  }

  @Override
  public String description() {
    return "a drug that is absorbed and eliminated: one compartment, as in Stan's benchmarks";
  }

  @Override
  public ImmutableList<ExampleOption<?>> options() {
    return ImmutableList.of(InferenceMethod.OPTION);
  }

  @Override
  public boolean writesReport() {
    return true;
  }

  @Override
  public ExampleResult run(ExampleOptions options) {
    Study study = study();
    return ExampleModel.of(
            name(),
            MODEL,
            study,
            Reference.none(),
            2000,
            (params, steps) -> Svi.builder(MODEL, AutoMultivariateNormal.of(MODEL)).params(params))
        .usually(InferenceMethod.NUTS)
        .pictured(predicted -> picture(predicted, study))
        .run(options);
  }

  private static Picture picture(Samples predicted, Study study) {
    double[] times = Arrays.copyOfRange(study.times(), 1, study.times().length);
    return new PredictiveBands(times, predicted.values("c"), study.measured())
        .picture("a drug in the blood", "day", "mg a litre", 0, 1);
  }
}
