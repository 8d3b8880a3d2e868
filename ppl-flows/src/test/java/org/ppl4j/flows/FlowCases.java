package org.ppl4j.flows;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv1d;
import ai.djl.nn.norm.Dropout;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.Convolutional;
import org.ppl4j.nn.Lipschitz;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.Residual;
import org.ppl4j.ode.Solver;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.transforms.TransformModule;

/** The table of flows: a new family is a row, and all laws hold for it. */
final class FlowCases {

  private static final RationalQuadratic SPLINE = RationalQuadratic.of(5, 3);

  private FlowCases() {}

  /** Every row. */
  static List<FlowCase> all() {
    return List.of(
        FlowCase.of("affine", Affine::of),
        FlowCase.fixed("flip", dim -> Flip.of()).startingElsewhere(),
        FlowCase.fixed("permutation", dim -> Permute.random(dim, 3)).startingElsewhere(),
        byContext("act norm", ActNorm::of),
        byContext("batch norm", BatchNorm::of),
        byContext("planar", Planar::of),
        byContext("planar by arctan", dim -> Planar.of(dim, Nonlinearity.arctan())),
        byContext("planar by sigmoid", dim -> Planar.of(dim, Nonlinearity.sigmoid())),
        byContext("planar by softplus", dim -> Planar.of(dim, Nonlinearity.softplus())),
        byContext("radial", Radial::of),
        byContext("lower triangular", Triangular::lower),
        byContext("upper triangular", Triangular::upper),
        byContext("householder", dim -> Orthogonal.householder(dim, 2)),
        byContext("three reflections", dim -> Orthogonal.householder(dim, 3)).startingElsewhere(),
        byContext("orthogonal exponential", Orthogonal::exponential),
        byContext("cayley", Orthogonal::cayley),
        byContext("matrix exponential", Linear::exponential),
        byContext("plu", dim -> Linear.plu(dim, 5)).startingElsewhere(),
        byContext("qr", Linear::qr),
        byContext("svd", Linear::svd),
        byContext("sylvester by householder", dim -> Sylvester.householder(dim, (dim + 1) / 2, 4)),
        byContext("sylvester by exponential", dim -> Sylvester.orthogonal(dim, dim)),
        byContext("sylvester triangular", dim -> Sylvester.triangular(dim, dim)),
        FlowCase.of("rational quadratic spline", SPLINE),
        FlowCase.of("rational quadratic spline of one bin", RationalQuadratic.of(1, 2)),
        FlowCase.of("rational quadratic spline with tails", SPLINE.linearTails()),
        FlowCase.of(
            "rational quadratic of one bin with tails", RationalQuadratic.of(1, 2).linearTails()),
        FlowCase.of("affine, then spline with tails", AffineFamily.of().then(SPLINE.linearTails())),
        FlowCase.of("spline of normal numbers", RationalQuadratic.ofNormal(5)),
        FlowCase.of("spline of normal numbers of one bin", RationalQuadratic.ofNormal(1)),
        FlowCase.of(
            "slow spline with tails", RationalQuadratic.ofNormal(4).linearTails().gain(0.2)),
        FlowCase.of("standardising", AffineFamily.standardising()),
        autoregressive(
            "autoregressive of affine, then spline with tails",
            AffineFamily.of().then(SPLINE.linearTails())),
        FlowCase.of("linear spline", LinearSpline.of(5, 3)),
        FlowCase.of("linear spline of one bin", LinearSpline.of(1, 3)),
        FlowCase.of("quadratic spline", QuadraticSpline.of(5, 3)),
        FlowCase.of("quadratic spline of two bins", QuadraticSpline.of(2, 3)),
        FlowCase.of("cubic spline", CubicSpline.of(5, 3)),
        FlowCase.of("cubic spline of one bin", CubicSpline.of(1, 3)),
        FlowCase.of("linear rational spline", LinearRational.of(5, 3)),
        FlowCase.of("linear rational spline of one bin", LinearRational.of(1, 3)),
        FlowCase.of("deep sigmoid", DeepSigmoid.of(4)).startingElsewhere(),
        FlowCase.of("deep sigmoid of one unit", DeepSigmoid.of(1)).startingElsewhere(),
        FlowCase.of("mixture cdf", MixtureCdf.of(3)).startingElsewhere(),
        FlowCase.of("bernstein", Bernstein.of(6, 3)),
        FlowCase.of("bernstein of degree one", Bernstein.of(1, 3)),
        FlowCase.of("sum of squares", SumOfSquares.of(2, 2)).startingElsewhere(),
        FlowCase.of("sum of squares of degree 0", SumOfSquares.of(1, 0)),
        FlowCase.of("sinh-arcsinh", SinhArcsinh.of()),
        FlowCase.of("tails", Tails.of()),
        FlowCase.of("nonlinear squared", NonlinearSquared.of()),
        FlowCase.of("dense sigmoid", DenseSigmoid.of(3, 2)).startingElsewhere(),
        FlowCase.of("dense sigmoid of three layers", DenseSigmoid.of(2, 3)).startingElsewhere(),
        FlowCase.of("unconstrained monotonic", UnconstrainedMonotonic.of(5, 4)),
        FlowCase.of("unconstrained monotonic of one unit", UnconstrainedMonotonic.of(1, 3)),
        FlowCase.of("circular spline", CircularSpline.of(5)),
        FlowCase.of("circular spline of one bin", CircularSpline.of(1)),
        blockNeural("block neural", 3),
        blockNeural("block neural of two layers", 2, 3),
        coupling("additive coupling", AffineFamily.additive()),
        coupling("affine coupling", AffineFamily.of()),
        coupling("rational quadratic coupling", SPLINE),
        FlowCase.of("coupling of both parts, alternating", dim -> bothParts(dim)),
        coupling("cubic coupling", CubicSpline.of(4, 3)),
        coupling("coupling of angles", CircularSpline.of(4)),
        FlowCase.of("coupling of angles and numbers", dim -> anglesAndNumbers(dim)),
        conditioned("coupling by residual blocks", dim -> Residual.of(8, 2)),
        conditioned("coupling by convolutions", FlowCases::convolutional),
        conditioned("coupling by a block", dim -> Conditioner.block(FlowCases::block)),
        coupling("nonlinear squared coupling", NonlinearSquared.of()),
        autoregressive("affine autoregressive", AffineFamily.of()),
        FlowCase.of("autoregressive by residual blocks", dim -> masked(dim)),
        autoregressive("rational quadratic autoregressive", SPLINE),
        autoregressive("autoregressive of angles", CircularSpline.of(4)),
        FlowCase.of("autoregressive in reverse order, inverted", dim -> reversed(dim).inverted()),
        FlowCase.of("recommended density", Flows::density),
        FlowCase.of("recommended coupling", Flows::splineCoupling),
        FlowCase.of("recommended spline", Flows::spline),
        FlowCase.of(
            "recommended regression",
            dim -> Flows.iaf(dim, 2),
            dim -> Flows.regression(dim, FlowCase.CONTEXT)),
        FlowCase.of(
                "couplings with permutations",
                dim -> Coupling.of(dim, SPLINE).then(Permute.random(dim, 3)).repeat(2))
            .startingElsewhere(),
        FlowCase.of("ode", FlowCases::ode),
        FlowCase.of("masked coupling", FlowCases::maskedCoupling),
        image("act norm at each place", shape -> EachPlace.of(ActNorm.of(channels(shape)))),
        image("1x1 convolution", shape -> Convolution.oneByOne(channels(shape))),
        image("masked convolution", shape -> Convolution.masked(channels(shape))),
        image("emerging convolution", shape -> Convolution.emerging(channels(shape)).window(1, 3)),
        image("periodic convolution", shape -> Convolution.periodic(channels(shape))),
        image("convolution exponential", shape -> Convolution.exponential(channels(shape))),
        byContext("moebius", dim -> Moebius.of(dim + 1)),
        byContext("zonal", dim -> Zonal.of(dim + 1, 5)),
        byContext("exponential map", dim -> ExponentialMap.of(dim + 1, 4)),
        FlowCase.of("residual", FlowCases::residual),
        FlowCase.of("residual over images", FlowCases::residualOfImages),
        FlowCase.of("diffusion", FlowCases::diffusion));
  }

  private static OdeFlow ode(int dim) {
    return OdeFlow.of(dim).conditioner(GentleNetwork.conditioner()).solver(Solver.rungeKutta(8));
  }

  private static Coupling maskedCoupling(int dim) {
    return Coupling.of(dim, AffineFamily.of())
        .partition(Partition.checkerboard(1, dim))
        .conditioner(Convolutional.of(new Shape(1, dim), 4))
        .masked();
  }

  /** A layer of images, over vectors: two channels of one place, or one channel of a row. */
  private static FlowCase image(String name, Function<Shape, TransformModule> layer) {
    return byContext(
        name,
        dim -> {
          Shape shape = dim == 2 ? new Shape(2, 1, 1) : new Shape(1, 1, dim);
          Reshape image = Reshape.of(new Shape(dim), shape);
          return image.then(layer.apply(shape)).then(image.inverted());
        });
  }

  private static int channels(Shape image) {
    return Math.toIntExact(image.get(0));
  }

  /** Of a bound that lets every inverse take the same few steps, which can be recorded. */
  private static ResidualFlow residual(int dim) {
    return ResidualFlow.of(dim, 2).network(Lipschitz.of(6).bound(0.25));
  }

  /** Of one row. */
  private static ResidualFlow residualOfImages(int dim) {
    return ResidualFlow.of(dim, 1)
        .network(Lipschitz.of(2).bound(0.25).images(new Shape(1, 1, dim)));
  }

  private static Diffusion diffusion(int dim) {
    return Diffusion.of(dim, VariancePreserving.of())
        .conditioner(GentleNetwork.conditioner())
        .solver(Solver.rungeKutta(16));
  }

  private static FlowCase byContext(String name, IntFunction<TransformModule> module) {
    return FlowCase.of(
        name, module, dim -> module.apply(dim).conditional(FlowCase.CONTEXT, Mlp.of(8)));
  }

  private static FlowCase coupling(String name, ScalarFamily family) {
    return FlowCase.of(name, dim -> Coupling.of(dim, family).conditioner(Mlp.of(16)));
  }

  private static FlowCase conditioned(String name, IntFunction<Conditioner> conditioner) {
    return FlowCase.of(
        name, dim -> Coupling.of(dim, AffineFamily.of()).conditioner(conditioner.apply(dim)));
  }

  /** Over the coordinates that pass; a vector of one has none, and convolves its context. */
  private static Conditioner convolutional(int dim) {
    return Convolutional.of(new Shape(Math.max(1, dim / 2)), 4);
  }

  private static Block block() {
    return new SequentialBlock()
        .add(ai.djl.nn.core.Linear.builder().setUnits(6).build())
        .add(list -> new NDList(list.head().reshape(-1, 2, 3)))
        .add(
            Conv1d.builder()
                .setKernelShape(new Shape(3))
                .setFilters(2)
                .optPadding(new Shape(1))
                .build())
        .add(ai.djl.nn.norm.BatchNorm.builder().build())
        .add(ai.djl.nn.Activation::tanh)
        .add(Dropout.builder().optRate(0.2f).build())
        .add(Blocks.batchFlattenBlock());
  }

  private static Autoregressive masked(int dim) {
    return Autoregressive.of(dim, AffineFamily.of()).conditioner(Residual.of(12, 1));
  }

  private static FlowCase blockNeural(String name, int... units) {
    return byContext(name, dim -> BlockNeural.of(dim, units)).startingElsewhere();
  }

  private static Coupling bothParts(int dim) {
    return Coupling.of(dim, SPLINE).passing(SPLINE).partition(Partition.alternating());
  }

  private static Coupling anglesAndNumbers(int dim) {
    return Coupling.of(dim, SPLINE).passing(CircularSpline.of(4));
  }

  private static FlowCase autoregressive(String name, ScalarFamily family) {
    return FlowCase.of(name, dim -> Autoregressive.of(dim, family));
  }

  private static Autoregressive reversed(int dim) {
    int[] order = new int[dim];
    for (int i = 0; i < dim; i++) {
      order[i] = dim - 1 - i;
    }
    return Autoregressive.of(dim, SPLINE).order(order);
  }
}
