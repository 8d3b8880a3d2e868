package org.ppl4j.infer.sbi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.density.ConditionalDensityEstimator.Flows;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.ConditionalTransformModule;

/**
 * Conditional flows that bring their contexts to mean 0 and deviation 1 themselves, so that what
 * they make can be differentiated with respect to contexts as they are.
 */
final class StandardisedFlow {

  private static final Family FAMILY = Family.of(StandardisedFlow.class, 1);

  private static final String FLOW = "flow";
  private static final String UNITS = "units";

  private StandardisedFlow() {}

  /**
   * Flows of contexts like these.
   *
   * @param contexts row by row; null if a file knows their units
   */
  static Flows of(Flows flows, double @Nullable [] contexts) {
    return (dim, contextDim) -> {
      double[] units = contexts == null ? new double[2 * contextDim] : units(contexts, contextDim);
      Shape shape = new Shape(2, contextDim);
      ConditionalTransformModule flow = flows.of(dim, contextDim);
      return ConditionalTransformModule.of(
          "standardised " + flow,
          contextDim,
          () -> {
            ImmutableList.Builder<TensorSpec> all = ImmutableList.builder();
            all.add(TensorSpec.buffer(UNITS, shape, (rng, run) -> run.create(units, shape)));
            flow.tensors().forEach(tensor -> all.add(tensor.within(FLOW)));
            return TensorSpec.ofFamily(FAMILY, all.build());
          },
          (tensors, context, rng, training) -> {
            NDArray own = tensors.get(UNITS);
            NDArray seen =
                context.sub(Tensors.range(own, 0, 0, 1)).div(Tensors.range(own, 0, 1, 2));
            return flow.bind(tensors.within(FLOW), rng.split(FLOW), training).given(seen);
          });
    };
  }

  /** The mean of each column, then the deviation of each, 1 where it is 0. */
  private static double[] units(double[] rows, int columns) {
    double[] units = new double[2 * columns];
    double count = (double) rows.length / columns;
    for (int i = 0; i < rows.length; i++) {
      units[i % columns] += rows[i] / count;
    }
    for (int i = 0; i < rows.length; i++) {
      double off = rows[i] - units[i % columns];
      units[columns + i % columns] += off * off / count;
    }
    for (int j = columns; j < 2 * columns; j++) {
      units[j] = units[j] > 0 ? Math.sqrt(units[j]) : 1;
    }
    return units;
  }
}
