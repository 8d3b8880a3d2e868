package org.ppl4j.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.function.Consumer;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.Multinomial;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.handlers.Condition;
import org.ppl4j.handlers.Do;
import org.ppl4j.handlers.Hide;
import org.ppl4j.handlers.InferConfig;
import org.ppl4j.handlers.Lift;
import org.ppl4j.handlers.Mask;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.ByName;
import org.ppl4j.infer.reparam.LocScale;
import org.ppl4j.infer.reparam.Reparam;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.transforms.Bijections;

/**
 * What users get wrong in models, guides, data and names, and what each error says of it: whole,
 * but for the tables of sites behind it.
 */
@SuppressWarnings("CheckReturnValue") // parameters that are asked for alone
enum WrongProgram {
  // --- plates, and data that would count several times

  DATA_OF_ONE_PLATE_IN_TWO(
      "observed site 'y' has data of shape (10), but plate 'rows' would count them 10 "
          + "times, at dim -2; pass shape (10, 10), or (1, 10) if each of the plate's rows "
          + "has the same",
      in ->
          in.record(
              p -> {
                NDArray mu = p.sample("mu", Normal.of(0, 1));
                try (Plate groups = p.plate("groups", 10);
                    Plate rows = p.plate("rows", 10)) {
                  p.observe("y", Normal.of(mu, 1), in.numbers(10));
                }
              })),
  EVENTS_OF_ONE_PLATE_IN_TWO(
      "observed site 'y' has a value of shape (6, 3), but its distribution has batch "
          + "shape (6, 4) and event shape (3); open a plate of the value's size around it, "
          + "or declare event dims by toEvent(n)",
      in ->
          in.record(
              p -> {
                try (Plate groups = p.plate("groups", 4);
                    Plate rows = p.plate("rows", 6)) {
                  p.observe("y", Normal.standard(3).toEvent(1), in.numbers(6, 3));
                }
              })),
  ONE_NUMBER_IN_A_PLATE(
      "observed site 'total' has data of shape (), but plate 'rows' would count them "
          + "10 times, at dim -1; pass shape (10), or (1) if each of the plate's rows has "
          + "the same",
      in ->
          in.record(
              p -> {
                NDArray mu = p.sample("mu", Normal.of(0, 1));
                try (Plate rows = p.plate("rows", 10)) {
                  p.observe("total", Normal.of(mu, 1), 3);
                }
              })),
  FACTOR_SUMMED_IN_ITS_PLATE(
      "factor 'tilt' has shape (), but plate 'rows' would count it 10 times, at dim "
          + "-1; put it outside of the plate, leave it unsummed with shape (10), or give it "
          + "shape (1) if it counts once for each row",
      in ->
          in.record(
              p -> {
                try (Plate rows = p.plate("rows", 10)) {
                  NDArray x = p.sample("x", Normal.of(0, 1));
                  p.factor("tilt", x.square().sum().mul(-0.1));
                }
              })),
  MASK_OF_ONE_PLATE_IN_TWO(
      "observed site 'y' has a mask of shape (10), but plate 'rows' has 10 rows at dim "
          + "-2; pass shape (10, 10), or (1, 10) if each of the plate's rows has the same",
      in ->
          in.record(
              p -> {
                try (Plate groups = p.plate("groups", 10);
                    Plate rows = p.plate("rows", 10)) {
                  p.observe("y", Normal.of(0, 1), in.numbers(10, 10), in.numbers(10).gt(0));
                }
              })),
  CONDITION_OF_ONE_PLATE_IN_TWO(
      "observed site 'z' has a value of shape (10), but plate 'rows' would count it 10 "
          + "times, at dim -2; pass shape (10, 10), or (1, 10) if each of the plate's rows "
          + "has the same",
      in -> in.record(WrongProgram::grid, new Condition("z", in.numbers(10)))),
  SUBSTITUTE_OF_ONE_PLATE_IN_TWO(
      "sample site 'z' has a value of shape (10), but plate 'rows' would count it 10 "
          + "times, at dim -2; pass shape (10, 10), or (1, 10) if each of the plate's rows "
          + "has the same",
      in -> in.record(WrongProgram::grid, new Substitute("z", in.numbers(10)))),
  PLATE_OF_ANOTHER_SIZE_THAN_ITS_DATA(
      "plate 'rows' has 12 rows, but the array to take them from has 10 (shape (10), "
          + "axis 0); open the plate with the array's size",
      in ->
          in.record(
              p -> {
                try (Plate rows = p.plate("rows", 12)) {
                  p.observe("y", Normal.of(0, 1), rows.take(in.numbers(10)));
                }
              })),
  DATA_WITHOUT_A_PLATE(
      "observed site 'y' has a value of shape (10), but its distribution has batch "
          + "shape () and event shape (); open a plate of the value's size around it, or "
          + "declare event dims by toEvent(n)",
      in -> in.record(p -> p.observe("y", Normal.of(0, 1), in.numbers(10)))),
  BATCH_WITHOUT_A_PLATE(
      "sample site 'theta' has batch shape (4), but no plate owns size 4 at dim -1; "
          + "open a plate of that size around it, or declare event dims by toEvent(n)",
      in -> in.record(p -> p.sample("theta", Normal.standard(4)))),
  SITE_OF_ONE_PLATE_IN_ANOTHER(
      "observed site 'y' has batch shape (3), from parameter 'loc' (3) from 'theta', but plate"
          + " 'rows' wants size 10 at dim "
          + "-1; take the plate's rows, or declare event dims by toEvent(n)",
      in ->
          in.record(
              p -> {
                NDArray theta;
                try (Plate groups = p.plate("groups", 3)) {
                  theta = p.sample("theta", Normal.of(0, 1));
                }
                try (Plate rows = p.plate("rows", 10)) {
                  p.observe("y", Normal.of(theta, 1), rows.take(in.numbers(10)));
                }
              })),
  PLATE_LEFT_OPEN(
      "plate 'rows' is still open at the end of the execution; open it by try (Plate "
          + "rows = p.plate(...)) { ... }",
      in -> in.record(WrongProgram::leftOpen)),
  PLATE_IN_ITSELF(
      "plate 'rows' is opened inside itself; close it first, or give the inner one its "
          + "own name",
      in ->
          in.record(
              p -> {
                try (Plate outer = p.plate("rows", 3);
                    Plate inner = p.plate("rows", 3)) {
                  p.sample("x", Normal.of(0, 1));
                }
              })),
  PLATE_AGAIN_WITH_ANOTHER_SIZE(
      "plate 'rows' was opened with size 3 and is opened again with size 5; give the "
          + "other one its own name",
      in ->
          in.record(
              p -> {
                try (Plate rows = p.plate("rows", 3)) {
                  p.sample("x", Normal.of(0, 1));
                }
                try (Plate rows = p.plate("rows", 5)) {
                  p.sample("z", Normal.of(0, 1));
                }
              })),
  ROWS_BEYOND_THE_PLATE(
      "plate 'rows' was given row 5, but has rows 0 to 4; pass indices into the whole " + "data",
      in ->
          in.record(
              p -> {
                try (Plate rows = p.plate(PlateSpec.of("rows", 5).indices(in.whole(0, 5)))) {
                  p.observe("y", Normal.of(0, 1), rows.take(in.numbers(5)));
                }
              })),

  // --- names that do not exist

  CONDITION_OF_NO_SITE(
      "condition names sample site 'thta', but the program has none; write one of "
          + "[theta, tau, mu, y]",
      in -> in.record(WrongProgram::schools, new Condition("thta", 0))),
  DO_OF_NO_SITE(
      "do names sample site 'theta[1]', but the program has none; write one of [theta, "
          + "tau, mu, y]",
      in -> in.record(WrongProgram::schools, new Do("theta[1]", 0))),
  SUBSTITUTE_OF_NO_SITE(
      "substitute names site or parameter 'Mu', but the program has none; write one of "
          + "[mu, tau, y, theta]",
      in -> in.record(WrongProgram::schools, new Substitute("Mu", 0))),
  HIDE_OF_NO_SITE(
      "hide names site or parameter 'tua', but the program has none; write one of "
          + "[tau, mu, theta, y]",
      in -> in.record(WrongProgram::schools, Hide.names("tua"))),
  HIDE_ALL_BUT_NO_SITE(
      "hide names site or parameter 'sigma', but the program has none; write one of "
          + "[mu, theta, tau, y]",
      in -> in.record(WrongProgram::schools, Hide.allBut("sigma"))),
  LIFT_OF_NO_PARAMETER(
      "lift names parameter 'weights', but the program has none; write one of [weight]",
      in ->
          in.record(
              p -> p.param("weight", () -> p.scalar(1)),
              new Lift(ImmutableMap.of("weights", Normal.of(0, 1))))),
  SETTING_OF_NO_SITE(
      "infer config leaves setting 'steps' at no sample site, for none of [mu, tau, "
          + "theta, y] satisfies its condition; look for the name in it",
      in ->
          in.record(
              WrongProgram::schools,
              new InferConfig(site -> site.name().equals("thete"), "steps", 5))),
  REPARAM_OF_NO_SITE(
      "reparam names sample site 'teta', but the program has none; write one of "
          + "[theta, tau, mu, y]",
      in -> in.record(WrongProgram::schools, Reparam.of("teta", LocScale.nonCentred()))),
  OPTIMIZER_OF_NO_PARAMETER(
      "optimizer has a setting for 'aplha', but no parameter is named so; there are "
          + "[alpha, beta]",
      in ->
          in.fit(
              Svi.builder(in.of(WrongProgram::coin), in.of(WrongProgram::coinGuide))
                  .optimizer(ByName.of(Adam.withRate(0.01)).with("aplha", Adam.withRate(0.001))))),
  DRAWS_OF_NO_SITE(
      "samples have no site 'fairnes', only [fairness]; ask for one of these",
      in -> in.drawn(draws -> draws.get("fairnes").close())),
  VALUE_OF_NO_PARAMETER(
      "parameter 'scales' does not exist; ask for one of [scale]",
      in -> {
        in.record(p -> p.param("scale", () -> p.scalar(1), Constraint.POSITIVE));
        double[] unused = in.params().value("scales");
      }),
  PREDICTION_OF_NO_PLATE(
      "predictive names plate 'row', but the program has none; write one of [flips]",
      in -> in.predictedAnew("row")),
  SITE_TWICE(
      "sample site 'x' occurs twice in one execution; give each its own name, or put "
          + "them under a loop or a Prefix",
      in ->
          in.record(
              p -> {
                p.sample("x", Normal.of(0, 1));
                p.sample("x", Normal.of(0, 2));
              })),

  // --- values that handlers give

  CONDITION_OF_ANOTHER_SHAPE(
      "observed site 'theta' has a value of shape (7), but its distribution has batch "
          + "shape (8) and event shape (); open a plate of the value's size around it, or "
          + "declare event dims by toEvent(n)",
      in -> in.record(WrongProgram::schools, new Condition("theta", in.numbers(7)))),
  CONDITION_OF_WHAT_FOLLOWS(
      "condition names deterministic site 'twice', which is not drawn; condition what "
          + "it follows from, or let the program see a value by Do",
      in ->
          in.record(
              p -> {
                NDArray x = p.sample("x", Normal.of(0, 1));
                p.deterministic("twice", x.mul(2));
              },
              new Condition("twice", 3))),
  DO_OF_ANOTHER_SHAPE(
      "do gives latent site 'theta' a value of shape (3), but its own has shape (8); "
          + "pass one of this shape",
      in -> in.record(WrongProgram::schools, new Do("theta", in.numbers(3)))),
  SUBSTITUTE_OUT_OF_SUPPORT(
      "sample site 'tau' has value -1.0 outside the support 'non-negative' of "
          + "HalfNormal(scale: 5.0); pass values in the support or take another distribution",
      in -> in.record(WrongProgram::schools, new Substitute("tau", -1))),
  SUBSTITUTE_OF_DATA(
      "substitute names observed site 'y', but gives values to latent sites and "
          + "parameters; set data by Condition, and what the program sees by Do",
      in -> in.record(WrongProgram::schools, new Substitute("y", 3))),
  SUBSTITUTE_OUT_OF_A_CONSTRAINT(
      "parameter 'scale' is given [-1.0] by a handler, which is outside its constraint "
          + "'positive'; give a value inside",
      in ->
          in.record(
              p -> p.param("scale", () -> p.scalar(1), Constraint.POSITIVE),
              new Substitute("scale", -1))),
  SUBSTITUTE_OF_A_PARAMETER_OF_ANOTHER_SHAPE(
      "parameter 'w' is given a value of shape (4) by a handler, but has shape (3); "
          + "give one of its shape",
      in ->
          in.record(
              p -> p.param("w", () -> p.run().zeros(new Shape(3))),
              new Substitute("w", in.numbers(4)))),
  LIFT_BY_ANOTHER_SUPPORT(
      "lift gives parameter 'scale' the prior Normal(loc: 0.0, scale: 1.0) with "
          + "support 'real', but it is to be 'positive'; give a prior with a support inside",
      in ->
          in.record(
              p -> p.param("scale", () -> p.scalar(1), Constraint.POSITIVE),
              new Lift(ImmutableMap.of("scale", Normal.of(0, 1))))),
  LIFT_OF_ANOTHER_SHAPE(
      "lift gives parameter 'w' of shape (3) the prior Normal(loc: 0.0, scale:"
          + " 1.0).expand(4).toEvent(1) with batch shape () and event shape (4); give one of the"
          + " parameter's shape, or of its entries",
      in ->
          in.record(
              p -> p.param("w", () -> p.run().zeros(new Shape(3))),
              new Lift(ImmutableMap.of("w", Normal.standard(4).toEvent(1))))),
  NO_NAME(
      "a statement has no name; give it one, by which its site is found",
      in -> in.record(p -> p.sample("", Normal.of(0, 1)))),
  BOUNDS_IN_THE_WRONG_ORDER(
      "sample site 'x' drew 1.8404909630480315 from Uniform(low: (), high: 1.0), outside its own"
          + " support 'interval((), 1.0)'; look for bounds in the wrong order",
      in ->
          in.record(
              p -> {
                NDArray low = p.sample("low", Normal.of(5, 0.1));
                p.sample("x", Uniform.of(low, 1));
              })),
  MASK_OF_ANOTHER_SHAPE(
      "sample site 'mu' has batch shape (), but its mask has shape (3); put the mask "
          + "around the sites of the mask's plates only",
      in -> in.record(WrongProgram::schools, new Mask(in.numbers(3).gt(0)))),

  // --- guides

  HALF_NORMAL_FOR_A_NORMAL(
      "sample site 'x' is given draws of HalfNormal(scale: 1.0) with support "
          + "'non-negative', but its own distribution, Normal(loc: 0.0, scale: 1.0), has "
          + "'real'; let the guide draw from one with the same support, or through a "
          + "bijection, TransformedDistribution.of(base, Bijections.to(constraint))",
      in ->
          in.fit(
              Svi.builder(
                  in.of(p -> p.sample("x", Normal.of(0, 1))),
                  in.of(p -> p.sample("x", HalfNormal.of(1)))))),
  NORMAL_FOR_A_HALF_NORMAL(
      "sample site 'tau' is given draws of Normal(loc: 2.0, scale: 0.1) with support "
          + "'real', but its own distribution, HalfNormal(scale: 1.0), has 'non-negative'; "
          + "let the guide draw from one with the same support, or through a bijection, "
          + "TransformedDistribution.of(base, Bijections.to(constraint))",
      in ->
          in.fit(
              Svi.builder(
                  in.of(p -> p.sample("tau", HalfNormal.of(1))),
                  in.of(p -> p.sample("tau", Normal.of(2, 0.1)))))),
  UNIFORM_OF_OTHER_BOUNDS(
      "sample site 'x' is given draws of Uniform(low: 2.0, high: 5.0) with support "
          + "'interval(2.0, 5.0)', but its own distribution, Uniform(low: 0.0, high: 10.0), "
          + "has 'interval(0.0, 10.0)'; let the guide draw from one with the same support, "
          + "or through a bijection, TransformedDistribution.of(base, "
          + "Bijections.to(constraint))",
      in ->
          in.fit(
              Svi.builder(
                  in.of(p -> p.sample("x", Uniform.of(0, 10))),
                  in.of(p -> p.sample("x", Uniform.of(2, 5)))))),
  NORMAL_FOR_A_SIMPLEX(
      "sample site 'shares' is given draws of Normal(loc: 0.0, scale: "
          + "1.0).expand(3).toEvent(1) with support 'independent(real, 1)', but its own "
          + "distribution, Dirichlet(concentration: (3)), has 'simplex'; let the guide draw "
          + "from one with the same support, or through a bijection, "
          + "TransformedDistribution.of(base, Bijections.to(constraint))",
      in ->
          in.fit(
              Svi.builder(
                  in.of(p -> p.sample("shares", Dirichlet.of(p.run().ones(new Shape(3))))),
                  in.of(p -> p.sample("shares", Normal.standard(3).toEvent(1)))))),
  SITE_MISSING_IN_THE_GUIDE(
      "model site 'tau' is latent, but the guide does not sample it; sample it in the "
          + "guide, observe it in the model, or hide it",
      in ->
          in.fit(
              Svi.builder(
                  in.of(
                      p -> {
                        p.sample("mu", Normal.of(0, 1));
                        p.sample("tau", Gamma.of(2, 1));
                      }),
                  in.of(p -> p.sample("mu", Normal.of(0, 1)))))),
  SITE_OF_THE_GUIDE_ALONE(
      "guide site 'm' is not in the model; remove it from the guide, or draw it by "
          + "p.auxiliary",
      in ->
          in.fit(
              Svi.builder(
                  in.of(p -> p.sample("mu", Normal.of(0, 1))),
                  in.of(
                      p -> {
                        p.sample("mu", Normal.of(0, 1));
                        p.sample("m", Normal.of(0, 1));
                      })))),
  GUIDE_OBSERVES(
      "guide observes 'y', whose density would be taken off the bound; observe it in "
          + "the model only",
      in ->
          in.fit(
              Svi.builder(
                  in.of(p -> p.sample("mu", Normal.of(0, 1))),
                  in.of(
                      p -> {
                        NDArray mu = p.sample("mu", Normal.of(0, 1));
                        p.observe("y", Normal.of(mu, 1), 1);
                      })))),
  GUIDE_OUTSIDE_OF_THE_PLATE(
      "guide site 'z' has batch shape () and event shape (), but the model has (4) and "
          + "(); open the same plates and declare the same event dims in both",
      in ->
          in.fit(
              Svi.builder(
                  in.of(
                      p -> {
                        try (Plate rows = p.plate("rows", 4)) {
                          p.sample("z", Normal.of(0, 1));
                        }
                      }),
                  in.of(p -> p.sample("z", Normal.of(0, 1)))))),
  GUIDE_OF_OTHER_EVENTS(
      "guide site 'w' has batch shape (3) and event shape (), but the model has () and "
          + "(3); open the same plates and declare the same event dims in both",
      in ->
          in.fit(
              Svi.builder(
                  in.of(p -> p.sample("w", Normal.standard(3).toEvent(1))),
                  in.of(
                      p -> {
                        try (Plate dims = p.plate("dims", 3)) {
                          p.sample("w", Normal.of(0, 1));
                        }
                      })))),
  AUTOGUIDE_OF_A_DISCRETE_SITE(
      "sample site 'k' is discrete (non-negative integer) and not summed out, since its"
          + " support has no end or an InferConfig says so, but guide 'AutoNormal' draws"
          + " continuous sites only; draw it by Nuts, or in"
          + " a guide written by hand, or bound it by Truncated.of",
      in -> {
        Program<Void> model = in.of(p -> p.sample("k", Poisson.of(3)));
        in.fit(Svi.builder(model, AutoNormal.of(model)));
      }),

  // --- parameters

  PARAMETER_AT_ITS_BOUND(
      "parameter 'scale' starts at [0.0], which is at the edge of its constraint "
          + "'non-negative', where its unconstrained numbers are infinite and no step moves "
          + "it; pass a value inside",
      in -> in.record(p -> p.param("scale", () -> p.scalar(0), Constraint.NON_NEGATIVE))),
  PARAMETER_SET_TO_ITS_BOUND(
      "parameter 'share' is set to [1.0], which is at the edge of its constraint 'unit "
          + "interval', where its unconstrained numbers are infinite and no step moves it; "
          + "pass a value inside",
      in -> {
        in.record(p -> p.param("share", () -> p.scalar(0.5), Constraint.UNIT_INTERVAL));
        in.params().set("share", 1);
      }),
  PARAMETER_OUTSIDE_OF_ITS_CONSTRAINT(
      "parameter 'scale' starts at [-1.0], which is outside its constraint 'positive'; "
          + "pass a value inside",
      in -> in.record(p -> p.param("scale", () -> p.scalar(-1), Constraint.POSITIVE))),
  PARAMETER_OF_ANOTHER_SHAPE(
      "parameter 'w' exists with shape (3), but starts here at a value of shape (4); "
          + "use one shape in both places, or another name",
      in ->
          in.record(
              p -> {
                p.param("w", () -> p.run().zeros(new Shape(3)));
                p.param("w", () -> p.run().zeros(new Shape(4)));
              })),
  PARAMETER_OF_ANOTHER_CONSTRAINT(
      "parameter 'scale' exists with constraint 'positive', but is asked for with "
          + "'real'; use one of them in both places",
      in ->
          in.record(
              p -> {
                p.param("scale", () -> p.scalar(1), Constraint.POSITIVE);
                p.param("scale", () -> p.scalar(1));
              })),
  PARAMETER_WITHOUT_A_VALUE(
      "parameter 'loc' has no value yet; give its first one by p.param(\"loc\", () -> " + "...)",
      in -> in.record(p -> p.param("loc"))),

  // --- data and distributions

  FLIP_OF_TWO(
      "observed site 'flip' has value 2.0 outside the support 'boolean' of "
          + "Bernoulli(probs: 0.5); pass values in the support or take another distribution",
      in -> in.record(p -> p.observe("flip", Bernoulli.probs(0.5), 2))),
  HALF_A_COUNT(
      "observed site 'count' has value 2.5 outside the support 'non-negative integer' "
          + "of Poisson(rate: 3.0); pass values in the support or take another distribution",
      in -> in.record(p -> p.observe("count", Poisson.of(3), 2.5))),
  LABEL_BEYOND_THE_CLASSES(
      "observed site 'label' has value 4.0 outside the support 'integer interval(0, "
          + "3)' of Categorical(logits: (4)); pass values in the support or take another "
          + "distribution",
      in -> in.record(p -> p.observe("label", Categorical.logits(p.run().zeros(new Shape(4))), 4))),
  COUNTS_OF_ANOTHER_TOTAL(
      "observed site 'counts' has value [1.0, 2.0, 3.0, 5.0] outside the support "
          + "'multinomial(10.0)' of Multinomial(totalCount: 10.0, probs: (4)); pass values "
          + "in the support or take another distribution",
      in ->
          in.record(
              p ->
                  p.observe(
                      "counts",
                      Multinomial.probs(10, p.run().full(0.25, new Shape(4))),
                      in.whole(1, 2, 3, 5)))),
  MISSING_NUMBER(
      "observed site 'y' has value NaN at (1) outside the support 'real' of "
          + "Normal(loc: 0.0, scale: 1.0).expand(3); pass values in the support or take "
          + "another distribution",
      in ->
          in.record(
              p -> {
                try (Plate rows = p.plate("rows", 3)) {
                  p.observe("y", Normal.of(0, 1), new double[] {1, Double.NaN, 2});
                }
              })),
  NEGATIVE_SCALE(
      "parameter 'scale' of Normal must be positive, but is -1.0",
      in -> in.record(p -> p.sample("x", Normal.of(p.scalar(0), p.scalar(-1))))),
  NUMBERS_AS_A_MASK(
      "observed site 'y' has a mask of type float64; pass booleans, e.g. numbers.neq(0)",
      in ->
          in.record(
              p -> {
                try (Plate rows = p.plate("rows", 3)) {
                  p.observe("y", Normal.of(0, 1), in.numbers(3), in.numbers(3));
                }
              })),
  NO_DATA(
      "observed site 'y' has no value; pass its data, or predict them by Predictive, "
          + "which needs none",
      in -> in.record(p -> p.observe("y", Normal.of(0, 1), (NDArray) null))),
  EVENTS_OF_ANOTHER_SIZE(
      "observed site 'y' has a value of shape (5, 4), but its distribution has batch "
          + "shape (5) and event shape (3); open a plate of the value's size around it, or "
          + "declare event dims by toEvent(n)",
      in ->
          in.record(
              p -> {
                try (Plate rows = p.plate("rows", 5)) {
                  p.observe("y", Normal.standard(3).toEvent(1), in.numbers(5, 4));
                }
              })),
  TRANSFORM_OF_ANOTHER_SIZE(
      "transform lower Cholesky affine cannot take draws of Normal(loc: 0.0, scale: "
          + "1.0).expand(3).toEvent(1), of batch shape () and event shape (3): shapes (3) "
          + "and (2) do not broadcast: dim -1 is 3 against 2; give one of them size 1 there",
      in ->
          in.record(
              p ->
                  p.sample(
                      "x",
                      TransformedDistribution.of(
                          Normal.standard(3).toEvent(1),
                          Bijections.lowerCholeskyAffine(
                              p.run().zeros(new Shape(2)), p.run().eye(2))))));

  private final String text;
  private final Consumer<WrongBench> deed;

  WrongProgram(String text, Consumer<WrongBench> deed) {
    this.text = text;
    this.deed = deed;
  }

  static void grid(Ppl p) {
    try (Plate groups = p.plate("groups", 10);
        Plate rows = p.plate("rows", 10)) {
      p.sample("z", Normal.of(0, 1));
    }
  }

  static void schools(Ppl p) {
    NDArray mu = p.sample("mu", Normal.of(0, 5));
    NDArray tau = p.sample("tau", HalfNormal.of(5));
    try (Plate schools = p.plate("schools", 8)) {
      NDArray theta = p.sample("theta", Normal.of(mu, tau));
      p.observe("y", Normal.of(theta, 10), new double[] {28, 8, -3, 7, -1, 1, 18, 12});
    }
  }

  static void coin(Ppl p) {
    NDArray fairness = p.sample("fairness", Beta.of(10, 10));
    try (Plate flips = p.plate("flips", 3)) {
      p.observe("flip", Bernoulli.probs(fairness), new double[] {1, 0, 1});
    }
  }

  static void coinGuide(Ppl p) {
    NDArray alpha = p.param("alpha", () -> p.scalar(15), Constraint.POSITIVE);
    NDArray beta = p.param("beta", () -> p.scalar(15), Constraint.POSITIVE);
    p.sample("fairness", Beta.of(alpha, beta));
  }

  @SuppressWarnings("MustBeClosedChecker") // what is wrong
  private static void leftOpen(Ppl p) {
    Plate unused = p.plate("rows", 3);
    p.sample("x", Normal.of(0, 1));
  }

  /** What the error says. */
  String text() {
    return text;
  }

  void commit(WrongBench bench) {
    deed.accept(bench);
  }
}
