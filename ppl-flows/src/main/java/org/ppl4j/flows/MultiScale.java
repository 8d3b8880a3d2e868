package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Flows of an image at several scales, the coarsest first. Seen from the image, each level
 * {@linkplain Squeeze squeezes} by 2 and goes through its flow; then the first half of the channels
 * leaves as noise and the others go on to the next level, but from the last, all of which leaves.
 *
 * <p>x: {@code (*, C H W)}, the noise of the levels one after the other, that of the first level
 * first; y: {@code (*, C, H, W)}. Both directions cost those of the flows. Tensors of level i are
 * named {@code i.name}.
 *
 * <p>Source: Dinh, Sohl-Dickstein and Bengio, "Density estimation using Real NVP" (2017), section
 * 3.6.
 */
public final class MultiScale implements TransformModule {

  private static final Family FAMILY = Family.of(MultiScale.class, 1);

  private final Shape image;
  private final ImmutableList<Shape> shapes;
  private final ImmutableList<TransformModule> flows;

  private MultiScale(Shape image, List<Shape> shapes, List<TransformModule> flows) {
    this.image = image;
    this.shapes = ImmutableList.copyOf(shapes);
    this.flows = ImmutableList.copyOf(flows);
  }

  /**
   * Of so many levels.
   *
   * @param image {@code (C, H, W)}
   * @param flow makes the flow of a level of images of a shape: {@code (4 C, H / 2, W / 2)} at the
   *     first, {@code (8 C, H / 4, W / 4)} at the second, and so on
   * @throws IllegalArgumentException if there is no level, or a level cannot halve rows and columns
   */
  public static MultiScale of(Shape image, int levels, Function<Shape, TransformModule> flow) {
    checkArgument(
        image.dimension() == 3 && image.size() >= 1,
        "flow at several scales is of images %s, but these are (C, H, W)",
        image);
    checkArgument(levels >= 1, "flow at several scales has %s levels; use at least 1", levels);
    List<Shape> shapes = new ArrayList<>();
    List<TransformModule> flows = new ArrayList<>();
    Shape rest = image;
    for (int level = 0; level < levels; level++) {
      Shape squeezed = Squeeze.of(2).forwardShape(rest);
      shapes.add(squeezed);
      flows.add(flow.apply(squeezed));
      rest = new Shape(squeezed.get(0) / 2, squeezed.get(1), squeezed.get(2));
    }
    return new MultiScale(image, shapes, flows);
  }

  @Override
  public List<TensorSpec> tensors() {
    return TensorSpec.ofFamily(
        FAMILY, numbered(flows.stream().map(TransformModule::tensors).toList()));
  }

  private static List<TensorSpec> numbered(List<List<TensorSpec>> ofLevels) {
    ImmutableList.Builder<TensorSpec> all = ImmutableList.builder();
    for (int level = 0; level < ofLevels.size(); level++) {
      for (TensorSpec spec : ofLevels.get(level)) {
        all.add(spec.within(Integer.toString(level)));
      }
    }
    return all.build();
  }

  private interface Binding {
    Transform bind(int level, NamedTensors tensors, Rng rng);
  }

  private Transform bound(NamedTensors tensors, Rng rng, Binding binding) {
    List<Transform> bound = new ArrayList<>();
    for (int level = 0; level < flows.size(); level++) {
      NamedTensors share = tensors.within(Integer.toString(level));
      bound.add(binding.bind(level, share, rng.split(level)));
    }
    return new MultiScaleMap(image, shapes, bound, toString());
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return bound(
        tensors, rng, (level, share, noise) -> flows.get(level).bind(share, noise, training));
  }

  /** The flow of each level sees the context in its own way. */
  @Override
  public ConditionalTransformModule conditional(int contextDim) {
    List<ConditionalTransformModule> given =
        flows.stream().map(flow -> flow.conditional(contextDim)).toList();
    return ConditionalTransformModule.of(
        toString(),
        contextDim,
        () -> numbered(given.stream().map(ConditionalTransformModule::tensors).toList()),
        (tensors, context, rng, training) ->
            bound(
                tensors,
                rng,
                (level, share, noise) ->
                    given.get(level).bind(share, noise, training).given(context)));
  }

  @Override
  public String toString() {
    return "multi-scale" + image + flows;
  }
}
