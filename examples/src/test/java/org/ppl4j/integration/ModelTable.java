package org.ppl4j.integration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.benchmarks.PeerModels;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Censored;
import org.ppl4j.distributions.Delta;
import org.ppl4j.distributions.Empirical;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.examples.basics.Coin;
import org.ppl4j.examples.dynamics.LotkaVolterra;
import org.ppl4j.examples.dynamics.Pharmacokinetics;
import org.ppl4j.examples.guides.IafGuide;
import org.ppl4j.examples.hierarchical.EightSchools;
import org.ppl4j.examples.hierarchical.Radon;
import org.ppl4j.examples.hierarchical.StanData;
import org.ppl4j.examples.missing.MissingValues;
import org.ppl4j.examples.regression.Counts;
import org.ppl4j.examples.regression.Regression;
import org.ppl4j.guide.GuideModels;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.studies.energies.Energy;
import org.ppl4j.testing.Models;
import org.ppl4j.testing.OneDrawProgram;
import org.ppl4j.testing.PosteriorCase;
import org.ppl4j.testing.PosteriorCases;

/** The models of the examples, the guide and the tests, and those that somebody refuses. */
final class ModelTable {

  /** Of the models of others why they are refused, by name. */
  private static final ImmutableListMultimap<String, MethodReason> REASONS =
      ImmutableListMultimap.<String, MethodReason>builder()
          .put("the guide's series", MethodReason.NO_MODE)
          .put("regression", MethodReason.NO_MODE)
          .put("scaled", MethodReason.NO_MODE)
          .put("hmm_example", MethodReason.A_PRIOR_WITHOUT_DRAWS)
          .put("kilpisjarvi", MethodReason.A_PRIOR_WITHOUT_DRAWS)
          .put("logearn_interaction", MethodReason.A_PRIOR_WITHOUT_DRAWS)
          .put("logmesquite_logvash", MethodReason.A_PRIOR_WITHOUT_DRAWS)
          .put("low_dim_gauss_mix", MethodReason.A_PRIOR_WITHOUT_DRAWS)
          .put("nes_logit", MethodReason.A_PRIOR_WITHOUT_DRAWS)
          .put("wells_dist100ars", MethodReason.A_PRIOR_WITHOUT_DRAWS)
          .build();

  private ModelTable() {}

  private static MethodReason[] reasons(String name) {
    return REASONS.get(name).toArray(MethodReason[]::new);
  }

  // --- of the repository

  /** Those of the examples and of the guide. */
  static List<ModelRow<?>> ofExamples() {
    ImmutableList.Builder<ModelRow<?>> rows = ImmutableList.builder();
    GuideModels.all().forEach(model -> rows.add(row(model.getName(), model.getPayload())));
    return rows.add(
            ModelRow.of("coin of the examples", Coin.MODEL, Models::flips),
            ModelRow.of("eight-schools", EightSchools.MODEL, EightSchools::schools),
            ModelRow.of("eight-schools centred", EightSchools.CENTRED, EightSchools::schools),
            ModelRow.of(
                "eight-schools centred, reparameterized",
                EightSchools.CENTRED.with(Reparam.automatic()),
                EightSchools::schools),
            ModelRow.of(
                "stan-data",
                StanData.MODEL,
                manager ->
                    new StanData.Studies(new double[] {28, 8, -3}, new double[] {15, 10, 16})),
            ModelRow.of("radon", Radon.model(Radon.HOUSES), Radon::houses),
            ModelRow.of("radon by batches", Radon.model(16), Radon::houses),
            ModelRow.of("missing", MissingValues.MODEL, MissingValues::wines),
            ModelRow.of("counts", Counts.MODEL, Counts::years),
            ModelRow.of("regression of bushes", Regression.MODEL, Regression::bushes),
            ModelRow.of("lotka-volterra", LotkaVolterra.MODEL, ModelTable::pelts),
            ModelRow.of("pharmacokinetics", Pharmacokinetics.MODEL, ModelTable::study),
            ModelRow.of("energies", Energy.U4.model(), manager -> null),
            ModelRow.of("banana", IafGuide.BANANA, manager -> null),
            ModelRow.of("peers' coin", PeerModels.COIN, Models::flips),
            ModelRow.of("peers' coin in a plate", PeerModels.COIN_PLATE, Models::flips),
            ModelRow.of("peers' coin in a loop", PeerModels.LOOP, Models::flips),
            ModelRow.of("peers' eight schools", PeerModels.EIGHT_SCHOOLS, PeerModels::schools))
        .build();
  }

  /** Those of the tests: models of every kind, and posteriors that are known from elsewhere. */
  static List<ModelRow<?>> ofTests() {
    ImmutableList.Builder<ModelRow<?>> rows = ImmutableList.builder();
    Models.all().forEach(model -> rows.add(row(model.getName(), model.getPayload())));
    PosteriorCases.all().map(each -> row(each.getPayload())).forEach(rows::add);
    return rows.build();
  }

  private static <D> ModelRow<D> row(String name, Models.Model<D> model) {
    return ModelRow.of(name, model.program(), model.data()).but(reasons(name));
  }

  private static ModelRow<PosteriorCase.Data> row(PosteriorCase posterior) {
    return ModelRow.of(posterior.name(), posterior.program(), posterior::data)
        .but(reasons(posterior.name()));
  }

  /** Those that hold one draw alone, and those that look like them. */
  static List<ModelRow<?>> ofOneDraw() {
    return Arrays.stream(OneDrawProgram.values())
        .<ModelRow<?>>mapMulti(
            (program, to) -> {
              to.accept(ModelRow.of("one draw: " + program, program.one(), manager -> null));
              to.accept(ModelRow.of("many draws: " + program, program.many(), manager -> null));
            })
        .toList();
  }

  private static NDArray pelts(NDManager manager) {
    double[] years =
        IntStream.range(0, 42)
            .mapToDouble(i -> 20 + 10 * Math.sin(0.3 * Math.floorDiv(i, 2) + 1.5 * (i % 2)))
            .toArray();
    return manager.create(years, new Shape(21, 2));
  }

  private static Pharmacokinetics.Study study(NDManager manager) {
    double[] times = {0, 0.5, 1, 2, 4, 8};
    return new Pharmacokinetics.Study(30, 2, times, new double[] {4, 6, 7, 6, 3});
  }

  // --- made, each for a reason

  private static NDArray six(NDManager manager) {
    return manager.create(new double[] {0.3, -1.2, 0.8, 1.9, -0.4, 0.1});
  }

  private static ModelRow<NDArray> made(
      String name, BiConsumer<Ppl, NDArray> model, MethodReason... reasons) {
    Program<NDArray> program = model::accept;
    return ModelRow.of(name, program, ModelTable::six).but(reasons);
  }

  private static void around(Ppl p, NDArray level, NDArray y) {
    try (Plate rows = p.plate("rows", 6)) {
      p.observe("y", Normal.of(level, 1), rows.take(y));
    }
  }

  private static void inPart(Ppl p, PlateSpec spec, NDArray y, boolean isLocal) {
    NDArray level = isLocal ? null : p.sample("level", Normal.of(0, 1));
    try (Plate rows = p.plate(spec)) {
      p.observe(
          "y", Normal.of(isLocal ? p.sample("level", Normal.of(0, 1)) : level, 1), rows.take(y));
    }
  }

  private static PlateSpec chosen(Ppl p) {
    return PlateSpec.of("rows", 6).indices(p.run().create(new long[] {0, 2}, new Shape(2)));
  }

  private static PlateSpec given() {
    return PlateSpec.of("rows", 12).given(6);
  }

  /** A model for each reason at least, and some that look like one. */
  static List<ModelRow<?>> ofReasons() {
    return ImmutableList.of(
        made(
            "a flat prior",
            (p, y) -> around(p, p.sample("level", ImproperUniform.of(Constraint.REAL)), y),
            MethodReason.A_PRIOR_WITHOUT_DRAWS),
        made(
            "a count",
            (p, y) -> around(p, p.sample("count", Poisson.of(0.3)), y),
            MethodReason.DISCRETE,
            MethodReason.ONLY_DISCRETE),
        made(
            "a bit",
            (p, y) -> around(p, p.sample("bit", Bernoulli.probs(0.3)), y),
            MethodReason.NO_LATENT_SITE),
        made("no latent site", (p, y) -> around(p, p.scalar(0), y), MethodReason.NO_LATENT_SITE),
        made(
            "a parameter of the model's own",
            (p, y) -> {
              NDArray scale = p.param("scale", () -> p.scalar(1), Constraint.POSITIVE);
              around(p, p.sample("level", Normal.of(0, scale)), y);
            }),
        made(
            "a support that moves",
            (p, y) -> {
              NDArray low = p.sample("low", Normal.of(0, 1));
              around(p, p.sample("level", Uniform.of(low, low.add(1))), y);
            }),
        made(
            "bounds of data",
            (p, y) -> {
              NDArray shift = p.sample("shift", Normal.of(0, 1));
              try (Plate rows = p.plate("rows", 6)) {
                NDArray seen = rows.take(y);
                NDArray level = p.sample("level", Uniform.of(seen.sub(1), seen.add(2)));
                p.observe("y", Normal.of(level.add(shift), 1), seen);
              }
            }),
        made(
            "steps each above the one before",
            (p, y) ->
                p.scan(
                    "t",
                    6,
                    p.sample("first", Normal.of(0, 1)),
                    (q, t, before) -> {
                      NDArray level = q.sample("level", Uniform.of(before, before.add(1)));
                      q.observe("y", Normal.of(level, 1), t.take(y));
                      return level;
                    })),
        made(
            "rows that the library draws",
            (p, y) -> inPart(p, PlateSpec.of("rows", 6).batch(2), y, false)),
        made(
            "latent rows that the library draws",
            (p, y) -> inPart(p, PlateSpec.of("rows", 6).batch(2), y, true)),
        made(
            "rows that are given",
            (p, y) -> inPart(p, given(), y, false),
            MethodReason.ROWS_THAT_ARE_NOT_SEEN),
        made(
            "latent rows that are given",
            (p, y) -> inPart(p, given(), y, true),
            MethodReason.LATENT_ROWS_THAT_ARE_NOT_SEEN),
        made(
            "rows that are chosen",
            (p, y) -> inPart(p, chosen(p), y, false),
            MethodReason.ROWS_THAT_ARE_NOT_SEEN),
        made(
            "latent rows that are chosen",
            (p, y) -> inPart(p, chosen(p), y, true),
            MethodReason.LATENT_ROWS_THAT_ARE_NOT_SEEN),
        made(
            "negative data of a gamma distribution",
            (p, y) -> {
              NDArray shape = p.sample("shape", HalfNormal.of(1));
              try (Plate rows = p.plate("rows", 6)) {
                p.observe("y", Gamma.of(shape, 1), rows.take(y));
              }
            },
            MethodReason.DATA_OUTSIDE_OF_THEIR_SUPPORT),
        made(
            "data that are no numbers",
            (p, y) -> around(p, p.sample("level", Normal.of(0, 1)), y.mul(Double.NaN)),
            MethodReason.DATA_OUTSIDE_OF_THEIR_SUPPORT),
        made(
            "a weight of zero",
            (p, y) -> {
              NDArray level = p.sample("level", Normal.of(0, 1));
              p.factor("never", level.mul(0).add(Double.NEGATIVE_INFINITY));
            },
            MethodReason.NO_DENSITY),
        made(
            "an auxiliary site",
            (p, y) -> {
              p.auxiliary("beside", Normal.of(0, 1));
              around(p, p.sample("level", Normal.of(0, 1)), y);
            },
            MethodReason.AN_AUXILIARY_SITE,
            MethodReason.AN_AUXILIARY_SITE_OF_DRAWS),
        made(
            "a point",
            (p, y) -> {
              NDArray point = p.sample("point", Delta.of(p.scalar(0.5)));
              around(p, p.sample("level", Normal.of(point, 1)), y);
            },
            MethodReason.A_POINT),
        made(
            "one of the data",
            (p, y) -> around(p, p.sample("one", Empirical.of(y, p.run().zeros(new Shape(6)))), y),
            MethodReason.SINGLE_VALUES),
        made(
            "a censored level",
            (p, y) -> around(p, p.sample("level", Censored.of(Normal.of(0, 1), -1, 1)), y),
            MethodReason.SINGLE_VALUES),
        made(
            "a ridge",
            (p, y) -> {
              NDArray unused = p.sample("one", ImproperUniform.of(Constraint.REAL));
              NDArray two = p.sample("two", Normal.of(0, 1));
              around(p, two, y);
            },
            MethodReason.A_PRIOR_WITHOUT_DRAWS,
            MethodReason.NO_MODE),
        made(
            "a name twice",
            (p, y) -> {
              NDArray first = p.sample("level", Normal.of(0, 1));
              around(p, p.sample("level", Normal.of(first, 1)), y);
            },
            MethodReason.A_NAME_TWICE),
        made(
            "a vector that is no event",
            (p, y) -> p.sample("levels", Normal.standard(6)),
            MethodReason.A_BATCH_WITHOUT_A_PLATE));
  }
}
