package org.ppl4j.infer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.function.Consumer;
import org.ppl4j.Plate;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Delta;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.handlers.Condition;
import org.ppl4j.handlers.Do;
import org.ppl4j.handlers.Hide;
import org.ppl4j.handlers.Lift;
import org.ppl4j.handlers.Prefix;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Bijections;

/** What looks like a {@link WrongProgram} and is right. */
@SuppressWarnings("CheckReturnValue") // parameters that are asked for alone
enum RightProgram {

  // --- data that say that they repeat

  DATA_WITH_A_DIM_OF_SIZE_ONE(
      in ->
          in.record(
              p -> {
                try (Plate groups = p.plate("groups", 10);
                    Plate rows = p.plate("rows", 10)) {
                  p.observe("y", Normal.of(0, 1), in.numbers(1, 10));
                  p.observe("z", Normal.of(0, 1), in.numbers(10, 1));
                }
              })),
  DATA_THAT_ARE_EXPANDED(
      in ->
          in.record(
              p -> {
                try (Plate groups = p.plate("groups", 3);
                    Plate rows = p.plate("rows", 4)) {
                  p.observe(
                      "y", Normal.of(0, 1), p.constant(in.numbers(3)).broadcast(new Shape(4, 3)));
                }
              })),
  ONE_NUMBER_FOR_EACH_ROW_OF_A_DISTRIBUTION(
      in ->
          in.record(
              p -> {
                try (Plate rows = p.plate("rows", 10)) {
                  NDArray x = p.sample("x", Normal.of(0, 1));
                  p.observe("near zero", Normal.of(x, 0.1), 0);
                  p.observe("one", Normal.of(0, 1).expand(new Shape(10)), 1);
                }
              })),
  A_PLATE_OF_ONE_ROW(
      in ->
          in.record(
              p -> {
                try (Plate rows = p.plate("rows", 1)) {
                  p.observe("y", Normal.of(0, 1), 3);
                  p.factor("tilt", p.sample("x", Normal.of(0, 1)).sum());
                }
              })),
  SUBSAMPLED_ROWS(
      in ->
          in.record(
              p -> {
                try (Plate rows = p.plate("rows", 10, 4)) {
                  p.observe("y", Normal.of(0, 1), rows.take(in.numbers(10)));
                }
              })),
  A_FACTOR_OF_EACH_ROW(
      in ->
          in.record(
              p -> {
                try (Plate rows = p.plate("rows", 10)) {
                  NDArray x = p.sample("x", Normal.of(0, 1));
                  p.factor("of each", x.square());
                  p.factor("the same of each", x.sum().expandDims(0));
                  p.factor("number", p.scalar(0.5));
                }
                p.factor("once", p.scalar(1));
              })),
  A_MASK_WITH_A_DIM_OF_SIZE_ONE(
      in ->
          in.record(
              p -> {
                try (Plate groups = p.plate("groups", 10);
                    Plate rows = p.plate("rows", 10)) {
                  p.observe("y", Normal.of(0, 1), in.numbers(10, 10), in.numbers(1, 10).gt(0));
                }
              })),
  ONE_NUMBER_FOR_ALL_ROWS_OF_A_LATENT_SITE(
      in -> {
        in.record(WrongProgram::grid, new Condition("z", 1));
        in.record(WrongProgram::grid, new Substitute("z", 1));
        in.record(WrongProgram::grid, new Do("z", 1));
      }),

  // --- names

  NAMES_OF_ALL_KINDS(
      in ->
          in.record(
              WrongProgram::schools,
              new Condition("tau", 2),
              new Do("theta", 3),
              new Substitute("mu", 1),
              Hide.names("y"),
              new Prefix("a"))),
  NAMES_INSIDE_A_PREFIX(
      in -> in.record(WrongProgram::schools, new Prefix("a"), new Condition("a.tau", 2))),

  // --- guides

  DISTRIBUTIONS_OF_THE_SAME_SUPPORT(
      in -> {
        fits(in, HalfNormal.of(1), Gamma.of(2, 1));
        fits(in, Gamma.of(2, 1), LogNormal.of(0, 1));
        fits(in, Exponential.of(1), TransformedDistribution.of(Normal.of(0, 1), Bijections.exp()));
        fits(in, Uniform.of(0, 1), Beta.of(2, 2));
        fits(in, Uniform.of(2, 5), Uniform.of(2, 5));
        fits(in, Normal.of(0, 1), Delta.of(0.3));
        fits(in, HalfNormal.of(1), Delta.of(0.3));
      }),
  A_SIMPLEX_THROUGH_A_BIJECTION(
      in ->
          fits(
              in,
              Dirichlet.of(Tensors.vector(1, 1, 1)),
              TransformedDistribution.of(
                  Normal.standard(2).toEvent(1), Bijections.to(Constraint.SIMPLEX)))),

  // --- parameters

  A_PRIOR_WITHIN_A_CONSTRAINT(
      in ->
          in.record(
              p -> p.param("scale", () -> p.scalar(1.5), Constraint.POSITIVE),
              new Lift(ImmutableMap.of("scale", Uniform.of(1, 2))))),
  ONE_NUMBER_FOR_A_VECTOR(
      in ->
          in.record(p -> p.param("w", () -> p.run().zeros(new Shape(3))), new Substitute("w", 2))),
  A_PARAMETER_NEAR_ITS_BOUND(
      in ->
          in.record(
              p -> {
                p.param("scale", () -> p.scalar(1e-300), Constraint.NON_NEGATIVE);
                p.param("share", () -> p.scalar(1 - 1e-12), Constraint.UNIT_INTERVAL);
                p.param("scale");
              }));

  private final Consumer<WrongBench> deed;

  RightProgram(Consumer<WrongBench> deed) {
    this.deed = deed;
  }

  /** With a parameter, so that there is something to fit. */
  private static void fits(WrongBench in, Distribution model, Distribution guide) {
    in.fit(
        Svi.builder(
            in.of(p -> p.sample("x", model)),
            in.of(
                p -> {
                  p.sample("x", guide);
                  NDArray scale = p.param("scale", () -> p.scalar(1), Constraint.POSITIVE);
                  p.auxiliary("beside", Normal.of(0, scale));
                })));
  }

  void run(WrongBench bench) {
    deed.accept(bench);
  }
}
