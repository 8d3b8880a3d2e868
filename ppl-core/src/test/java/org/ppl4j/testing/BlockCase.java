package org.ppl4j.testing;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * A block of DJL, and what it is given.
 *
 * @param name in reports
 * @param block makes one
 * @param input of which shape it takes one
 * @param kinds how many whole numbers there are of which inputs consist; 0 where they are real
 * @param isOfEngine whether DJL's engine has it, too
 */
public record BlockCase(
    String name, Supplier<? extends Block> block, Shape input, int kinds, boolean isOfEngine) {

  /** Of real inputs. */
  static BlockCase of(String name, Shape input, Supplier<? extends Block> block) {
    return new BlockCase(name, block, input, 0, true);
  }

  /** The same, which DJL's engine does not have. */
  BlockCase notOfEngine() {
    return new BlockCase(name, block, input, kinds, false);
  }

  /** An input, as data. */
  public NDArray data(NDManager manager) {
    SplittableRandom random = new SplittableRandom(20_261_130);
    int size = Math.toIntExact(input.size());
    return kinds == 0
        ? manager.create(floats(random, size), input)
        : manager.create(random.longs(size, 0, kinds).toArray(), input);
  }

  /** What the block should put out, in vain. */
  public static NDArray wanted(NDManager manager, Shape shape) {
    return manager.create(floats(new SplittableRandom(7), Math.toIntExact(shape.size())), shape);
  }

  private static float[] floats(SplittableRandom random, int size) {
    float[] numbers = new float[size];
    for (int i = 0; i < size; i++) {
      numbers[i] = (float) random.nextDouble(-1, 1);
    }
    return numbers;
  }

  @Override
  public String toString() {
    return name;
  }
}
