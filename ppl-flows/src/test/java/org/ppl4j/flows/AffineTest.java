package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

@ExtendWith(LeakCheck.class)
class AffineTest {

  private static final Rng RNG = Rng.of(3, Rng.Purpose.INITIAL, 0, "affine");

  private static NDArray vector(Run run, double... values) {
    return run.create(values, new Shape(values.length));
  }

  @Test
  void startsAsTheIdentity() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = vector(run, -2, 0.5, 3);
      NDArray context = vector(run, 5, -7);
      TransformModule plain = Affine.of(3);
      ConditionalTransformModule conditional = Affine.of(3).conditional(2);

      Mapped mapped = plain.bind(FlowTensors.initial(run, plain.tensors()), RNG, true).forward(x);
      Mapped given =
          conditional
              .bind(FlowTensors.initial(run, conditional.tensors()), RNG, true)
              .given(context)
              .forward(x);

      assertClose("value", mapped.value(), x, 0);
      assertClose("log-det", mapped.logDet(), 0, 0);
      assertClose("value given a context", given.value(), x, 0);
      assertClose("log-det given a context", given.logDet(), 0, 0);
    }
  }

  @Test
  void isTheFormula() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NamedTensors tensors =
          NamedTensors.of(
              Map.of("loc", vector(run, 1, -1), "logScale", vector(run, Math.log(2), 0)));

      Mapped mapped = Affine.of(2).bind(tensors, RNG, false).forward(vector(run, 3, 4));

      assertClose("value", mapped.value(), 1e-15, 7, 3);
      assertClose("log-det", mapped.logDet(), 1e-15, Math.log(2));
    }
  }

  @Test
  void composedModulesNumberTheirTensors() {
    TransformModule module = Affine.of(2).then(Flip.of()).then(Affine.of(2));

    assertThat(module.tensors().stream().map(TensorSpec::name))
        .containsExactly("0.loc", "0.logScale", "2.loc", "2.logScale");
    assertThat(module).hasToString("affine(2).then(flip).then(affine(2))");
    assertThat(module.inverted().inverted()).isSameAs(module);
  }

  @Test
  void conditionalOnesAreNumberedAlike() {
    TransformModule module = Affine.of(2).then(Flip.of()).then(Affine.of(2));
    ConditionalTransformModule conditional = module.conditional(3);

    assertThat(conditional.tensors().stream().map(TensorSpec::name))
        .containsExactly("0.weight", "0.bias", "2.weight", "2.bias");
    assertThat(conditional).hasToString("affine(2) given 3.then(flip).then(affine(2) given 3)");
    assertThat(Flip.of().then(Affine.of(2).conditional(3)).tensors().stream().map(TensorSpec::name))
        .containsExactly("1.weight", "1.bias");
    assertThat(module.conditional(3, Mlp.of()).tensors().stream().map(TensorSpec::name))
        .containsExactly(
            "0.loc", "0.logScale", "2.loc", "2.logScale", "given.0.weight", "given.0.bias");
  }

  @Test
  void aFlowIsADensityWhoseParametersCanBeDetached() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray loc = Autograd.variable(vector(run, 1, -1));
      NDArray logScale = Autograd.variable(vector(run, 0.5, -0.5));
      NamedTensors tensors = NamedTensors.of(Map.of("loc", loc, "logScale", logScale));
      Transform transform = Affine.of(2).bind(tensors, RNG, false);

      Distribution flow =
          TransformedDistribution.of(Normal.standard(2).toEvent(1), transform).on(run);

      NDArray y = vector(run, 0.3, 0.8);
      NDArray expected = Normal.of(loc, logScale.exp()).toEvent(1).logProb(y);
      assertThat(flow.batchShape()).isEqualTo(new Shape());
      assertThat(flow.eventShape()).isEqualTo(new Shape(2));
      assertClose("log-density", flow.logProb(y), expected, 1e-14);
      NDArray own = flow.draw(RNG).logProb();
      assertClose("total derivative in loc", Autograd.grad(own, List.of(loc)).get(0), 1e-15, 0, 0);
      NDArray cut = flow.detached().logProb(y).add(loc.sum().mul(0));
      assertClose("detached", Autograd.grad(cut, List.of(loc)).get(0), 0, 0, 0);
      assertThat(Tensors.values(cut)[0]).isFinite();
    }
  }

  @Test
  void wrongSizesAreRefused() {
    assertThatThrownBy(() -> Affine.of(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("affine needs at least 1 coordinate, but dim is 0");
    assertThatThrownBy(() -> Affine.of(2).conditional(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("conditional affine(2) needs at least 1 context entry, but contextDim is 0");
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      ConditionalTransformModule conditional = Affine.of(3).conditional(2);
      assertThatThrownBy(
              () ->
                  conditional
                      .bind(FlowTensors.initial(run, conditional.tensors()), RNG, true)
                      .given(run.zeros(new Shape(4, 3))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("conditional affine(3) takes contexts of 2 entries, but got shape (4, 3)");
      assertThatThrownBy(() -> Affine.of(2).bind(NamedTensors.empty(), RNG, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("tensor 'loc' is missing; there are []");
    }
  }
}
