package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.SphericalUniform;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.flows.FlowGrid.Inputs;
import org.ppl4j.flows.FlowGrid.Place;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.PlantedTransform;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;
import org.ppl4j.transforms.TransformModule;

/** Densities of directions and of angles. */
@Tag("acceptance")
@Tag("stochastic.5")
@ExtendWith(LeakCheck.class)
class SphereAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("stochastic.5");
  private static final List<Integer> DIMS = List.of(2, 3, 10);
  private static final double INTEGRAL = 1e-4;
  private static final double FAULT = 1e-6;

  private static Map<String, TransformModule> ofDirections(int dim) {
    TransformModule map = Flows.exponentialMap(dim, 5, 2);
    Map<String, TransformModule> all = new LinkedHashMap<>();
    all.put("moebius", Flows.moebius(dim));
    all.put("exponential maps", map);
    all.put("exponential maps, inverted", map.inverted());
    all.put("exponential maps, then moebius", map.then(Flows.moebius(dim)));
    all.put("zonal", Flows.zonal(dim, 5, 2));
    all.put("recommended", Flows.sphere(dim));
    return all;
  }

  private static Map<String, TransformModule> ofAngles(int dim) {
    CircularSpline spline = CircularSpline.of(5);
    Map<String, TransformModule> all = new LinkedHashMap<>();
    all.put("circular splines", Flows.circularSpline(dim));
    all.put("coupling of angles", Flows.coupling(dim, spline, 2));
    all.put("autoregressive of angles", Flows.autoregressive(dim, spline, 2));
    return all;
  }

  private static Transform bound(Run run, TransformModule flow, double scale) {
    return flow.bind(
        FlowTensors.random(run, flow.tensors(), scale), FlowTensors.rng("noise"), false);
  }

  /** Eight layers of large tensors have peaks that no quadrature of this size sees. */
  private static Distribution density(Run run, TransformModule flow, int dim) {
    double scale = flow.tensors().size() > 8 ? 0.1 : 0.5;
    return TransformedDistribution.of(SphericalUniform.of(dim), bound(run, flow, scale)).on(run);
  }

  private static Distribution ofAngles(Run run, TransformModule flow, int dim) {
    return TransformedDistribution.of(
            Uniform.of(-Math.PI, Math.PI).expand(new Shape(dim)), bound(run, flow, 0.5))
        .on(run);
  }

  @Test
  void sphereDensitiesIntegrateToOne() {
    double worst = 0;
    int judged = 0;
    for (int dim : new int[] {2, 3}) {
      for (Map.Entry<String, TransformModule> flow : ofDirections(dim).entrySet()) {
        int fineness = flow.getKey().contains("exponential") ? 2 : 8;
        double integral = 0;
        for (SphereQuadrature part : SphereQuadrature.whole(dim, fineness).parts()) {
          try (Run run = Run.open(RunConfig.defaults(), 0)) {
            integral += part.integral(run, density(run, flow.getValue(), dim));
          }
        }
        worst = Math.max(worst, Math.abs(integral - 1));
        judged++;
      }
    }
    POINT.atMost("integrals of " + judged + " densities of S1 and S2, off 1", worst, INTEGRAL);
  }

  /** Where densities are of the height along one axis, their integral is one of numbers. */
  @Test
  void thoseOfTenEntriesIntegrateToOne() {
    int dim = 10;
    double worst = 0;
    List<TransformModule> flows =
        List.of(
            Moebius.of(dim),
            Zonal.of(dim, 5),
            ExponentialMap.of(dim, 1),
            ExponentialMap.of(dim, 1).inverted());
    for (TransformModule flow : flows) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NamedTensors tensors = FlowTensors.random(run, flow.tensors(), 0.5);
        String axis = tensors.names().contains("pull") ? "pull" : "axis";
        String of = tensors.names().contains("centers") ? "centers" : axis;
        double[] direction = Tensors.values(SphereMap.unit(tensors.get(of)));
        Transform transform = flow.bind(tensors, FlowTensors.rng("noise"), false);
        Distribution density =
            TransformedDistribution.of(SphericalUniform.of(dim), transform).on(run);
        double integral = SphereQuadrature.around(direction).integral(run, density);
        worst = Math.max(worst, Math.abs(integral - 1));
      }
    }
    POINT.atMost("integrals of " + flows.size() + " densities of S9, off 1", worst, INTEGRAL);
  }

  @Test
  void torusDensitiesIntegrateToOne() {
    int cells = 800;
    int rows = 50; // of cells, in a run
    double worst = 0;
    for (TransformModule flow : ofAngles(2).values()) {
      double integral = 0;
      for (int from = 0; from < cells; from += rows) {
        double[] places = new double[2 * rows * cells];
        for (int i = 0; i < rows * cells; i++) {
          places[2 * i] = 2 * Math.PI * ((i % cells + 0.5) / cells - 0.5);
          places[2 * i + 1] = 2 * Math.PI * ((from + i / cells + 0.5) / cells - 0.5);
        }
        try (Run run = Run.open(RunConfig.defaults(), 0)) {
          NDArray x = run.create(places, new Shape(places.length / 2, 2));
          NDArray sum = ofAngles(run, flow, 2).logProb(x).exp().sum();
          double area = Math.pow(2 * Math.PI / cells, 2);
          integral += Tensors.values(sum)[0] * area;
        }
      }
      worst = Math.max(worst, Math.abs(integral - 1));
    }
    POINT.atMost("integrals of densities of the torus, off 1", worst, INTEGRAL);
  }

  @Test
  void gradientsAreTangent() {
    double along = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int dim : DIMS) {
      for (TransformModule flow : ofDirections(dim).values()) {
        try (Run run = Run.open(RunConfig.defaults(), 0)) {
          NDArray draws =
              SphericalUniform.of(dim)
                  .on(run)
                  .expand(new Shape(200))
                  .draw(FlowTensors.rng("directions"))
                  .value();
          NDArray x = Autograd.variable(draws);
          NDArray logProb = density(run, flow, dim).logProb(x);
          NDArray gradient = Autograd.grad(logProb.sum(), List.of(x)).get(0);
          NDArray product = gradient.mul(x).sum(new int[] {-1}).abs().max();
          along = Math.max(along, Tensors.values(product)[0]);
          least = Math.min(least, Tensors.values(gradient.abs().max())[0]);
        }
      }
    }
    POINT.atMost("gradients of sphere densities along the radius", along, 1e-9);
    POINT.above("the largest gradient of the flattest of them", least, 0.1);
  }

  /** Both directions, with and without contexts, near and far, in both float types. */
  @Test
  void surfaceMeasureJudgesTheirMaps() {
    List<FlowCase> rows = new ArrayList<>();
    for (String name : ofDirections(2).keySet()) {
      rows.add(FlowCase.of("sphere, " + name, dim -> ofDirections(dim + 1).get(name)));
    }
    for (String name : ofAngles(2).keySet()) {
      rows.add(FlowCase.of("torus, " + name, dim -> ofAngles(dim).get(name)));
    }
    Map<String, UnaryOperator<Transform>> faults = new HashMap<>();
    faults.put("forward", base -> new PlantedTransform(base, FAULT, 0));
    faults.put("inverse", base -> new PlantedTransform(base, 0, FAULT));
    List<String> broken = new ArrayList<>();
    List<String> missed = new ArrayList<>();
    int checks = 0;
    int planted = 0;
    for (FlowCase row : rows) {
      boolean isTorus = row.name().startsWith("torus");
      for (int dim : DIMS) {
        int free = isTorus ? dim : dim - 1;
        for (FloatType type : FloatType.values()) {
          for (Inputs inputs : Inputs.values()) {
            Place place = new Place(free, new Shape(4), inputs, 1, type, 1);
            for (TransformCheck check : FlowGrid.check(row, place)) {
              checks++;
              check.findings().stream()
                  .filter(finding -> finding.inputs() > 0 && !finding.holds())
                  .forEach(finding -> broken.add(row + " at " + place + ": " + finding));
            }
          }
        }
        Place near = new Place(free, new Shape(4), Inputs.NEAR, 0.3, FloatType.FLOAT64, 1);
        List<TransformCheck> clean = FlowGrid.check(row, near);
        for (Map.Entry<String, UnaryOperator<Transform>> fault : faults.entrySet()) {
          List<TransformCheck> faulty = FlowGrid.check(row, near, fault.getValue());
          for (int i = 0; i < faulty.size(); i++) {
            // where a map is flat nothing is judged
            planted += clean.get(i).isPassed() ? 1 : 0;
            if (clean.get(i).isPassed() && faulty.get(i).isPassed()) {
              missed.add(row + " of " + dim + ", " + fault.getKey());
            }
          }
        }
      }
    }
    assertThat(broken).isEmpty();
    assertThat(missed).isEmpty();
    assertThat(planted).isGreaterThan(100);
    POINT.none("laws broken in " + checks + " checks of maps of spheres and tori");
    POINT.none("errors of 1e-6 planted in " + planted + " log-dets, missed");
  }
}
