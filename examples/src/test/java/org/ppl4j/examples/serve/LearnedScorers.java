package org.ppl4j.examples.serve;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.flows.Elementwise;
import org.ppl4j.flows.SinhArcsinh;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.ConditionalScorer;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Scorer;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.infer.sbi.PosteriorScorer;
import org.ppl4j.infer.sbi.Simulator;
import org.ppl4j.transforms.TransformModule;

/**
 * Scorers of every kind, learned in few steps, each saved and loaded.
 *
 * @param flats price given area, which is missing at times, rooms and district
 * @param homes district, area, which is missing at times, and price
 * @param points two numbers without names
 * @param posterior one parameter given two numbers
 */
record LearnedScorers(
    ConditionalScorer flats, Scorer homes, Scorer points, PosteriorScorer posterior) {

  private static final Training QUICK =
      Training.standard().steps(20).batch(64).progress(Progress.silent());

  private static final int ROWS = 200;

  /** A flow that is learned and recorded at once: each column by itself. */
  static TransformModule small(int dim) {
    return Elementwise.of(dim, SinhArcsinh.of());
  }

  /** Learns them by a flow of so many columns, and leaves their files in a folder. */
  static LearnedScorers in(Path folder, IntFunction<TransformModule> flow) throws IOException {
    Table flats = table(folder);
    try (ConditionalDensity density =
            ConditionalDensityEstimator.of((dim, given) -> flow.apply(dim).conditional(given))
                .withoutBaselines()
                .training(QUICK)
                .fit(flats.columns("price"), flats.columns("area", "rooms", "district"));
        Density homes =
            DensityEstimator.of(flow)
                .withoutBaselines()
                .training(QUICK)
                .fit(flats.columns("district", "area", "price"));
        NDManager manager = NDManager.newBaseManager();
        Density points =
            DensityEstimator.of(flow)
                .withoutBaselines()
                .training(QUICK)
                .fit(
                    manager.create(new Random(2).doubles(2 * ROWS).toArray(), new Shape(ROWS, 2)));
        NeuralPosterior posterior = learnedPosterior(flow)) {
      density.scorer().save(folder.resolve("flats"));
      homes.scorer().save(folder.resolve("homes"));
      points.scorer().save(folder.resolve("points"));
      posterior.scorer().save(folder.resolve("posterior"));
      return new LearnedScorers(
          ConditionalScorer.load(folder.resolve("flats")),
          Scorer.load(folder.resolve("homes")),
          Scorer.load(folder.resolve("points")),
          PosteriorScorer.load(folder.resolve("posterior")));
    }
  }

  @MustBeClosed
  private static NeuralPosterior learnedPosterior(IntFunction<TransformModule> flow) {
    Simulator two =
        (theta, rng) -> new double[] {theta[0] + rng.nextNormal(), 5 + theta[0] + rng.nextNormal()};
    Npe npe =
        Npe.of(Uniform.of(-3, 3), two, (dim, given) -> flow.apply(dim).conditional(given))
            .withoutBaselines()
            .training(QUICK);
    return npe.fit(npe.simulate(ROWS));
  }

  private static Table table(Path folder) throws IOException {
    Random random = new Random(1);
    List<String> lines = new ArrayList<>(List.of("area,rooms,district,price"));
    for (int i = 0; i < ROWS; i++) {
      double area = 60 + 25 * Math.abs(random.nextGaussian());
      int rooms = 1 + random.nextInt(5);
      boolean isYork = random.nextBoolean();
      double price =
          (2.5 * area + 10 * rooms + (isYork ? 40 : 0)) * Math.exp(0.1 * random.nextGaussian());
      String known = random.nextInt(5) == 0 ? "" : String.valueOf(area);
      lines.add(String.join(",", known, "" + rooms, isYork ? "York" : "Leeds", "" + price));
    }
    return Table.read(Files.write(folder.resolve("flats.csv"), lines));
  }
}
