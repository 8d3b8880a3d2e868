package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.flows.ActNorm;
import org.ppl4j.flows.Affine;
import org.ppl4j.flows.AffineFamily;
import org.ppl4j.flows.Autoregressive;
import org.ppl4j.flows.BatchNorm;
import org.ppl4j.flows.Bernstein;
import org.ppl4j.flows.BlockNeural;
import org.ppl4j.flows.CircularSpline;
import org.ppl4j.flows.Convolution;
import org.ppl4j.flows.Coupling;
import org.ppl4j.flows.CubicSpline;
import org.ppl4j.flows.DeepSigmoid;
import org.ppl4j.flows.DenseSigmoid;
import org.ppl4j.flows.Diffusion;
import org.ppl4j.flows.EachPlace;
import org.ppl4j.flows.Elementwise;
import org.ppl4j.flows.ExponentialMap;
import org.ppl4j.flows.Flip;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.Linear;
import org.ppl4j.flows.LinearRational;
import org.ppl4j.flows.LinearSpline;
import org.ppl4j.flows.MixtureCdf;
import org.ppl4j.flows.Moebius;
import org.ppl4j.flows.MultiScale;
import org.ppl4j.flows.NonlinearSquared;
import org.ppl4j.flows.OdeFlow;
import org.ppl4j.flows.Orthogonal;
import org.ppl4j.flows.Permute;
import org.ppl4j.flows.Planar;
import org.ppl4j.flows.QuadraticSpline;
import org.ppl4j.flows.Radial;
import org.ppl4j.flows.RationalQuadratic;
import org.ppl4j.flows.Reshape;
import org.ppl4j.flows.ResidualFlow;
import org.ppl4j.flows.ScalarFamily;
import org.ppl4j.flows.SinhArcsinh;
import org.ppl4j.flows.Squeeze;
import org.ppl4j.flows.SumOfSquares;
import org.ppl4j.flows.Tails;
import org.ppl4j.flows.Triangular;
import org.ppl4j.flows.UnconstrainedMonotonic;
import org.ppl4j.flows.Zonal;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** The blocks of the page flows.md. */
final class FlowsPage {

  private FlowsPage() {}

  // region
  static Mapped noiseOf(TransformModule flow, NDArray rows, Run run, ParamStore params) {
    Transform bound = params.transform(run, "flow", flow); // in a program: p.module("flow", flow)
    Mapped noise = bound.inverse(rows);
    Mapped again = bound.forward(noise.value()); // the rows, and minus the log det
    return new Mapped(noise.value(), again.logDet().neg());
  }

  // endregion

  // region
  static List<ScalarFamily> mapsOfOneNumber() {
    return List.of(
        AffineFamily.of(),
        LinearSpline.of(8, 4),
        QuadraticSpline.of(8, 4),
        CubicSpline.of(8, 4),
        RationalQuadratic.of(8, 4),
        LinearRational.of(8, 4),
        CircularSpline.of(8),
        SinhArcsinh.of(),
        Tails.of(),
        NonlinearSquared.of(),
        MixtureCdf.of(8),
        DeepSigmoid.of(16),
        DenseSigmoid.of(8, 2),
        UnconstrainedMonotonic.of(8, 4),
        SumOfSquares.of(3, 2),
        Bernstein.of(8, 4));
  }

  // endregion

  // region
  static List<TransformModule> layers(ScalarFamily family) {
    return List.of(
        Elementwise.of(3, family), //
        Coupling.of(3, family),
        Autoregressive.of(3, family));
  }

  // endregion

  // region
  static List<TransformModule> layersOfTheirOwn() {
    return List.of(
        Planar.of(3).repeat(4),
        Radial.of(3).repeat(4),
        Flows.sylvester(3, 2, 2, 1), // 2 units, 2 reflections, 1 layer
        BlockNeural.of(3, 8, 8));
  }

  // endregion

  // region
  static List<TransformModule> continuousAndResidual() {
    return List.of(
        OdeFlow.of(3), //
        Diffusion.of(3, VariancePreserving.of()),
        ResidualFlow.of(3, 4));
  }

  // endregion

  // region
  static List<TransformModule> linear() {
    return List.of(
        Affine.of(3),
        Triangular.lower(3),
        Orthogonal.householder(3, 2),
        Linear.plu(3, 1),
        Permute.of(2, 0, 1),
        Flip.of(),
        ActNorm.of(3),
        BatchNorm.of(3));
  }

  // endregion

  // region
  static List<TransformModule> ofImages(Shape image) {
    long channels = image.get(0);
    int ofVectors = Math.toIntExact(channels);
    Shape vector = new Shape(image.size());
    return List.of(
        Reshape.of(image, vector)
            .then(MultiScale.of(image, 1, level -> EachPlace.of(ActNorm.of((int) level.get(0))))),
        Squeeze.of(2),
        Convolution.oneByOne(ofVectors),
        EachPlace.of(ActNorm.of(ofVectors)),
        Reshape.of(image, vector));
  }

  // endregion

  // region
  static List<TransformModule> ofDirections() {
    return List.of(
        Zonal.of(3, 8), //
        ExponentialMap.of(3, 4),
        Moebius.of(3));
  }
  // endregion
}
