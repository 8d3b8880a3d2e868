package org.ppl4j.infer.sbi;

import static org.ppl4j.infer.sbi.EmbeddedFlow.EMBEDDING;
import static org.ppl4j.infer.sbi.EmbeddedFlow.FLOW;
import static org.ppl4j.infer.sbi.EmbeddedFlow.LINEAR;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.density.ConditionalDensityEstimator.Flows;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;

/**
 * Conditional flows that see a set of observations, of any size up to the most: by the mean over
 * its members of what a network and a linear map make of each, by the same over how many they are,
 * since a prior counts for that much less, and by their number. What they see does not depend on
 * the order of the members. Source: Zaheer, Kottur, Ravanbakhsh, Poczos, Salakhutdinov, Smola,
 * "Deep sets" (2017).
 *
 * @param flow that sees the features
 * @param network of each member
 * @param observations as rows
 * @param width how many numbers a member has
 * @param features how many there are of a member
 * @param units the mean of each number of a member, then the deviation of each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SetFlow(
    ConditionalTransformModule flow,
    Network network,
    Observations observations,
    int width,
    int features,
    double[] units) {

  private static final Family FAMILY = Family.of(SetFlow.class, 1);

  private static final String UNITS = "units";

  /** Beside the features: the logarithm of the size and one over its root. */
  private static final int OF_SIZE = 2;

  /**
   * Flows that see sets through networks of this kind, with so many outputs.
   *
   * @param simulations by which members are brought to standard units; null if a file knows these
   */
  static Flows through(
      Conditioner embedding,
      int features,
      Observations observations,
      @Nullable Simulations simulations,
      Flows flows) {
    return (dim, contextDim) -> {
      int width = observations.width(contextDim);
      SetFlow made =
          new SetFlow(
              flows.of(dim, 2 * features + OF_SIZE),
              embedding.network(width, features),
              observations,
              width,
              features,
              simulations == null ? new double[2 * width] : units(simulations, width));
      return ConditionalTransformModule.of(
          "sets for " + made.flow, contextDim, made::tensors, made::bind);
    };
  }

  /** Means and deviations over all members of all sets; of a constant number the deviation is 1. */
  private static double[] units(Simulations simulations, int width) {
    double[] units = new double[2 * width];
    double[] data = simulations.allData();
    int columns = simulations.dataColumns();
    double members = 0;
    for (int from = 0; from < data.length; from += columns) {
      members += data[from];
      for (int i = 0; i < data[from] * width; i++) {
        units[i % width] += data[from + 1 + i];
      }
    }
    for (int j = 0; j < width; j++) {
      units[j] /= members;
    }
    for (int from = 0; from < data.length; from += columns) {
      for (int i = 0; i < data[from] * width; i++) {
        double off = data[from + 1 + i] - units[i % width];
        units[width + i % width] += off * off / members;
      }
    }
    for (int j = width; j < 2 * width; j++) {
      units[j] = units[j] > 0 ? Math.sqrt(units[j]) : 1;
    }
    return units;
  }

  private List<TensorSpec> tensors() {
    Shape shape = new Shape(2, width);
    ImmutableList.Builder<TensorSpec> all = ImmutableList.builder();
    all.add(TensorSpec.buffer(UNITS, shape, (rng, run) -> run.create(units, shape)));
    all.add(EmbeddedFlow.linear(width, features));
    network.tensors().forEach(tensor -> all.add(tensor.within(EMBEDDING)));
    flow.tensors().forEach(tensor -> all.add(tensor.within(FLOW)));
    return TensorSpec.ofFamily(FAMILY, all.build());
  }

  private Transform bind(NamedTensors tensors, NDArray context, Rng rng, boolean training) {
    NDArray seen = seen(tensors, context, rng, training);
    return flow.bind(tensors.within(FLOW), rng.split(FLOW), training).given(seen);
  }

  private NDArray seen(NamedTensors tensors, NDArray context, Rng rng, boolean training) {
    Run run = Tensors.run(context);
    int most = observations.most();
    Shape batch = Shapes.dropRight(context.getShape(), 1);
    NDArray size = Tensors.range(context, -1, 0, 1);
    NDArray flat = Tensors.range(context, -1, 1, 1L + (long) most * width);
    NDArray members = Tensors.reshape(flat, Shapes.concat(batch, new Shape(most, width)));
    NDArray units = tensors.get(UNITS);
    NDArray mean = Tensors.range(units, 0, 0, 1);
    NDArray standard = members.sub(mean).div(Tensors.range(units, 0, 1, 2));
    NDArray each =
        network
            .apply(tensors.within(EMBEDDING), standard, rng.split(EMBEDDING), training)
            .add(Tensors.matMul(standard, tensors.get(LINEAR)));
    NDArray places = run.arange(most);
    NDArray share = Tensors.where(places.lt(size), run.scalar(1).div(size), run.scalar(0));
    NDArray weights = Tensors.reshape(share, Shapes.concat(batch, new Shape(most, 1)));
    NDArray features = each.mul(weights).sum(new int[] {-2});
    return Tensors.concat(
        List.of(features, features.div(size), size.log(), run.scalar(1).div(size.sqrt())), -1);
  }
}
