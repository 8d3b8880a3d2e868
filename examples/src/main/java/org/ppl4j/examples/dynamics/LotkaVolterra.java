package org.ppl4j.examples.dynamics;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.stream.IntStream;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.TruncatedNormal;
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
import org.ppl4j.infer.latent.Initializer;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.Sheet;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.ode.Equation;
import org.ppl4j.ode.Ode;
import org.ppl4j.tensor.Tensors;

/**
 * Hares and lynxes of Canada, whose pelts the Hudson's Bay Company counted from 1900 to 1920: the
 * model and the priors of Stan's case study (Carpenter, "Predator-prey population dynamics: the
 * Lotka-Volterra model in Stan", 2018), which found means of θ of 0.545, 0.028, 0.803 and 0.024.
 * The picture has the pelts within the bands that the posterior predicts.
 */
public final class LotkaVolterra implements Example {

  private static final double[] YEARS = IntStream.rangeClosed(0, 20).asDoubleStream().toArray();

  /** du/dt = (α − β v) u for hares, dv/dt = (δ u − γ) v for lynxes, θ = (α, β, γ, δ). */
  static final Equation HUNT =
      (time, state, theta) -> {
        List<NDArray> z = Tensors.split(state, -1, 1, 1);
        List<NDArray> of = Tensors.split(theta, -1, 1, 1, 1, 1);
        NDArray hares = of.get(0).sub(of.get(1).mul(z.get(1))).mul(z.get(0));
        NDArray lynxes = of.get(3).mul(z.get(0)).sub(of.get(2)).mul(z.get(1));
        return Tensors.concat(List.of(hares, lynxes), -1);
      };

  /** Pelts (21, 2), in thousands, are lognormal around the populations. */
  public static final Program<NDArray> MODEL =
      (p, pelts) -> {
        NDArray likely = Tensors.vector(1, 0.05, 1, 0.05);
        NDArray spread = Tensors.vector(0.5, 0.05, 0.5, 0.05);
        NDArray theta =
            p.sample(
                "theta",
                TruncatedNormal.of(likely, spread, 0, Double.POSITIVE_INFINITY).toEvent(1));
        NDArray start =
            p.sample(
                "z_init", LogNormal.of(Tensors.vector(Math.log(10), Math.log(10)), 1).toEvent(1));
        NDArray sigma = p.sample("sigma", LogNormal.of(Tensors.vector(-1, -1), 1).toEvent(1));
        NDArray populations = Ode.solve(HUNT, start, YEARS, theta);
        try (Plate years = p.plate("years", YEARS.length)) {
          p.observe("pelts", LogNormal.of(populations.log(), sigma).toEvent(1), years.take(pelts));
        }
      };

  /**
   * Rates whose hares and lynxes come back after 2π/√(αγ) = 10 years, as the pelts do. Chains that
   * start elsewhere may stay where the populations hardly change and all that is seen is noise.
   */
  static final Initializer START =
      Initializer.value(
          ImmutableMap.of(
              "theta", new double[] {0.6, 0.03, 0.6, 0.03},
              "z_init", new double[] {30, 4},
              "sigma", new double[] {0.5}));

  /** The pelts, read from the resources: of hares and of lynxes, year by year (21, 2). */
  public static NDArray pelts() {
    double[] pelts = Resources.csv(LotkaVolterra.class, "pelts.csv", "hare", "lynx");
    return Tensors.array(pelts, new Shape(YEARS.length, 2));
  }

  @Override
  public String name() {
    return "lotka-volterra";
  }

  @Override
  public String description() {
    return "hares and lynxes of 21 years: a differential equation in a model, as Stan's";
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
    NDArray pelts = pelts();
    return ExampleModel.of(
            name(),
            MODEL,
            pelts,
            Reference.none(),
            2000,
            (params, steps) ->
                Svi.builder(MODEL, AutoMultivariateNormal.of(MODEL).initializer(START))
                    .params(params))
        .usually(InferenceMethod.NUTS)
        .startingAt(START)
        .pictured(predicted -> picture(predicted, pelts))
        .run(options);
  }

  /** Both populations over the years. */
  private static Picture picture(Samples predicted, NDArray pelts) {
    PredictiveBands bands =
        new PredictiveBands(YEARS, predicted.values("pelts"), pelts.toDoubleArray());
    return Sheet.of(
        2,
        List.of(
            bands.picture("hares", "years from 1900 on", "pelts in thousands", 0, 2),
            bands.picture("lynxes", "years from 1900 on", "pelts in thousands", 1, 2)));
  }
}
