package org.ppl4j.integration;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.density.Objective;
import org.ppl4j.infer.density.Training;
import org.ppl4j.integration.SoundDraws.Outcome;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.transforms.TransformModule;

/**
 * What draws of the flows that {@link SoundDrawsAcceptanceTest} does not judge are like, with
 * nothing set: of two numbers of correlation 0.999, or of y = 3 x + 0.05 ε, 2,000 rows. Shown and
 * not judged, since many cannot represent it.
 */
@Tag("acceptance")
@Tag("sound.5")
class SoundDefaultsAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sound.5");
  private static final int ROWS = 2000;

  /** Fewer than are judged, since some are integrated. */
  private static final int DRAWS = 10_000;

  /** Of those that search each. */
  private static final int SEARCHED_DRAWS = 2000;

  private static final ImmutableSet<String> SEARCHED =
      ImmutableSet.of("naf", "denseNaf", "umnn", "bnaf", "residual");

  /** By their methods, each in the direction that scores rows. */
  private static final ImmutableMap<String, IntFunction<TransformModule>> PLAIN =
      ImmutableMap.<String, IntFunction<TransformModule>>builder()
          .put("spline", Flows::spline)
          .put("sinhArcsinh", Flows::sinhArcsinh)
          .put("tails", Flows::tails)
          .put("affineCoupling", dim -> Flows.affineCoupling(dim, 2))
          .put("additiveCoupling", dim -> Flows.additiveCoupling(dim, 2))
          .put("iaf", dim -> Flows.iaf(dim, 2))
          .put("maf", dim -> Flows.maf(dim, 2))
          .put("naf", dim -> Flows.naf(dim, 2).inverted())
          .put("denseNaf", dim -> Flows.denseNaf(dim, 2).inverted())
          .put("umnn", dim -> Flows.umnn(dim, 2))
          .put("bnaf", dim -> Flows.bnaf(dim, 2).inverted())
          .put("residual", Flows::residual)
          .put("planar", dim -> Flows.planar(dim, 2).inverted())
          .put("radial", dim -> Flows.radial(dim, 2).inverted())
          .put("sylvester", dim -> Flows.sylvester(dim, dim, dim, 2).inverted())
          .put("orthogonalSylvester", dim -> Flows.orthogonalSylvester(dim, dim, 2).inverted())
          .put("triangularSylvester", dim -> Flows.triangularSylvester(dim, dim, 2).inverted())
          .put("affine", Flows::affine)
          .put("actNorm", Flows::actNorm)
          .put("batchNorm", Flows::batchNorm)
          .put("lowerTriangular", Flows::lowerTriangular)
          .put("upperTriangular", Flows::upperTriangular)
          .put("householder", dim -> Flows.householder(dim, dim))
          .put("rotation", Flows::rotation)
          .put("cayley", Flows::cayley)
          .put("matrixExponential", Flows::matrixExponential)
          .put("plu", dim -> Flows.plu(dim, 0))
          .put("qr", Flows::qr)
          .put("svd", Flows::svd)
          .buildOrThrow();

  /** Learned as they say. */
  private static final Objective OF_ODES =
      Objective.flowMatching().then(Objective.likelihood().steps(300));

  private static final Objective OF_DIFFUSIONS = Objective.scoreMatching();

  private static final ImmutableSet<String> CONTINUOUS =
      ImmutableSet.of("ode", "diffusion", "conditionalOde", "conditionalDiffusion");

  private static final ImmutableSet<String> JUDGED =
      ImmutableSet.of(
          "density",
          "conditional",
          "posterior",
          "regression",
          "splineCoupling",
          "splineAutoregressive");

  /** Of other things than vectors of numbers, or over a family that is an argument. */
  private static final ImmutableSet<String> OTHERS =
      ImmutableSet.of(
          "elementwise",
          "coupling",
          "autoregressive",
          "circularSpline",
          "sphere",
          "zonal",
          "exponentialMap",
          "moebius",
          "glow",
          "multiScale",
          "eachPlace",
          "oneByOne",
          "maskedConvolution",
          "emergingConvolution",
          "periodicConvolution",
          "convolutionExponential");

  @Test
  void allFlowsAreShown() {
    Set<String> all =
        Arrays.stream(Flows.class.getDeclaredMethods())
            .filter(method -> Modifier.isPublic(method.getModifiers()))
            .map(Method::getName)
            .collect(Collectors.toSet());

    assertThat(Sets.union(Sets.union(PLAIN.keySet(), CONTINUOUS), Sets.union(JUDGED, OTHERS)))
        .containsExactlyInAnyOrderElementsOf(all);
  }

  static Set<String> plain() {
    return PLAIN.keySet();
  }

  @ParameterizedTest
  @MethodSource
  void plain(String flow) {
    int draws = SEARCHED.contains(flow) ? SEARCHED_DRAWS : DRAWS;
    show(
        flow + " of " + draws + " draws",
        SoundDraws.ofCorrelated(
            requireNonNull(PLAIN.get(flow)), ROWS, training(Objective.likelihood()), draws));
  }

  @Test
  void ode() {
    show("ode", SoundDraws.ofCorrelated(Flows::ode, ROWS, training(OF_ODES), DRAWS));
  }

  @Test
  void diffusion() {
    show(
        "diffusion",
        SoundDraws.ofCorrelated(
            dim -> Flows.diffusion(dim, VariancePreserving.of()),
            ROWS,
            training(OF_DIFFUSIONS),
            DRAWS));
  }

  @Test
  void conditionalOde() {
    show(
        "conditionalOde",
        SoundDraws.of(
            ConditionalLaw.NARROW, Flows::conditionalOde, ROWS, training(OF_ODES), DRAWS));
  }

  @Test
  void conditionalDiffusion() {
    show(
        "conditionalDiffusion",
        SoundDraws.of(
            ConditionalLaw.NARROW,
            Flows::conditionalDiffusion,
            ROWS,
            training(OF_DIFFUSIONS),
            DRAWS));
  }

  private static Training training(Objective objective) {
    return SoundDraws.training(FloatType.FLOAT32).objective(objective);
  }

  private static void show(String flow, Outcome outcome) {
    POINT.shown("sd of draws, " + flow, outcome.draws().sd());
    POINT.shown("farthest draw in sds, " + flow, outcome.draws().farthest());
    POINT.shown("score, " + flow, outcome.score());
  }
}
