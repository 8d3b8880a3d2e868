package org.ppl4j.studies.digits;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.ppl4j.examples.launcher.Resources;
import org.ppl4j.tensor.Rng;

/**
 * Handwritten digits of 8 × 8 grey pixels from 0 to 16, with their labels.
 *
 * <p>Rows of one writer stand together. Hence the parts are blocks of rows, so that hardly any
 * writer of the test has been trained on.
 */
final class DigitsTable {

  private static final String FILE = "digits.csv";

  /** Pixels on a side. */
  static final int SIDE = 8;

  static final int PIXELS = SIDE * SIDE;

  /** Numbers that a pixel can be: 0 to 16. */
  static final int LEVELS = 17;

  static final int LABELS = 10;

  private static final int TEST_ROWS = 360;
  private static final int VALIDATION_ROWS = 180;

  private final double[] pixels;
  private final int[] labels;

  private DigitsTable(double[] pixels, int[] labels) {
    this.pixels = pixels;
    this.labels = labels;
  }

  /** All of the resources. */
  static DigitsTable read() {
    String[] names =
        IntStream.range(0, PIXELS).mapToObj(i -> "p" + i / SIDE + i % SIDE).toArray(String[]::new);
    int[] labels =
        Arrays.stream(Resources.csv(DigitsTable.class, FILE, "label"))
            .mapToInt(label -> (int) label)
            .toArray();
    return new DigitsTable(Resources.csv(DigitsTable.class, FILE, names), labels);
  }

  private DigitsTable range(int from, int to) {
    return new DigitsTable(
        Arrays.copyOfRange(pixels, from * PIXELS, to * PIXELS),
        Arrays.copyOfRange(labels, from, to));
  }

  /** Every so many-th row, from the first on. */
  DigitsTable every(int step) {
    int[] chosen = IntStream.range(0, (rows() + step - 1) / step).map(i -> i * step).toArray();
    return new DigitsTable(
        Arrays.stream(chosen).boxed().flatMapToDouble(i -> Arrays.stream(pixels(i))).toArray(),
        Arrays.stream(chosen).map(this::label).toArray());
  }

  /** The rows to train on: the first 1,257. */
  DigitsTable training() {
    return range(0, rows() - TEST_ROWS - VALIDATION_ROWS);
  }

  /** The rows that say when to end: the 180 after these. */
  DigitsTable validation() {
    return range(rows() - TEST_ROWS - VALIDATION_ROWS, rows() - TEST_ROWS);
  }

  /** The rows that nothing is learned from: the last 360. */
  DigitsTable test() {
    return range(rows() - TEST_ROWS, rows());
  }

  int rows() {
    return labels.length;
  }

  int label(int row) {
    return labels[row];
  }

  /** The pixels of a row, from the top left, row by row of the image. */
  double[] pixels(int row) {
    return Arrays.copyOfRange(pixels, row * PIXELS, (row + 1) * PIXELS);
  }

  /** The pixels of all rows: (N, 64). */
  NDArray pixels(NDManager manager) {
    return manager.create(pixels, new Shape(rows(), PIXELS));
  }

  /** The pixels, uniform in the cells around their levels, other for each draw: (N, 64). */
  NDArray noisy(NDManager manager, long draw) {
    Rng noise = Rng.of(0, Rng.Purpose.PREDICT, draw, "digits.noise");
    double[] moved = pixels.clone();
    for (int i = 0; i < moved.length; i++) {
      moved[i] += noise.nextUniform() - 0.5;
    }
    return manager.create(moved, new Shape(rows(), PIXELS));
  }

  /** The upper halves, or the lower ones, of the images of all rows: (N, 32). */
  NDArray halves(NDManager manager, boolean upper) {
    int half = PIXELS / 2;
    double[] halves = new double[rows() * half];
    for (int i = 0; i < rows(); i++) {
      System.arraycopy(pixels, i * PIXELS + (upper ? 0 : half), halves, i * half, half);
    }
    return manager.create(halves, new Shape(rows(), half));
  }

  /** The label of each row as the place of a one among zeros: (N, 10). */
  NDArray labels(NDManager manager) {
    return oneHot(manager, labels);
  }

  /** Labels as the places of ones among zeros: (N, 10). */
  static NDArray oneHot(NDManager manager, int... labels) {
    double[] ones = new double[labels.length * LABELS];
    for (int i = 0; i < labels.length; i++) {
      ones[i * LABELS + labels[i]] = 1;
    }
    return manager.create(ones, new Shape(labels.length, LABELS));
  }
}
