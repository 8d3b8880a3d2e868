package org.ppl4j.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.flows.Flows;
import org.ppl4j.flows.Reshape;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.TransformModule;

/** Flows of images as densities of tables, whose rows are vectors. */
@ExtendWith(LeakCheck.class)
class ImageDensitiesTest {

  private static final Shape IMAGE = new Shape(1, 2, 4);

  private static NDArray images() {
    double[] values = new Random(3).doubles(50 * IMAGE.size()).toArray();
    return Tensors.array(values, new Shape(50, IMAGE.size()));
  }

  private static double[] learned(IntFunction<TransformModule> flow) {
    Training few = Training.standard().steps(3).batch(20);
    try (Density density =
        DensityEstimator.of(flow).withoutBaselines().training(few).fit(images())) {
      return density.logProb(images()).toDoubleArray();
    }
  }

  @Test
  void rowsAreLearnedByImagesAsVectors() {
    double[] logs = learned(dim -> Flows.glow(IMAGE, 1, 1).then(Reshape.of(IMAGE, new Shape(dim))));

    assertThat(logs).hasSize(50);
    assertThat(Arrays.stream(logs)).allMatch(Double::isFinite);
  }

  @Test
  void imagesAloneAreRefused() {
    assertThatThrownBy(() -> learned(dim -> Flows.glow(IMAGE, 1, 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageEndingWith(
            "makes events of shape (1, 2, 4), but rows of a table are of shape (8); let a transform"
                + " to vectors follow it, such as Reshape.of((1, 2, 4), (8))");
  }
}
