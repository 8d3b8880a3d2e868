package org.ppl4j.tensor.internal.table;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ppl4j.tensor.internal.table.Row.ShapeRule;
import org.ppl4j.tensor.internal.table.Row.ShapesRule;

/** The shapes of results, as far as they take more than a line of the table {@link Op}. */
final class ShapeRules {

  static final ShapeRule FIRST = (in, a) -> in[0];
  static final ShapeRule SECOND = (in, a) -> in[1];
  static final ShapeRule BROADCAST = (in, a) -> Shapes.broadcast(in[0], in[1]);
  static final ShapeRule BROADCAST_THREE = (in, a) -> Shapes.broadcast(in[0], in[1], in[2]);

  /** Axes counted from the left; the switch says whether to keep them. */
  static final ShapeRule REDUCED = (in, a) -> Shapes.reduced(in[0], a.longs(), a.flag());

  static final ShapeRule GIVEN = (in, a) -> new Shape(a.longs());

  /** A batch of matrices less their two dims. */
  static final ShapeRule BATCH = (in, a) -> Shapes.dropRight(in[0], 2);

  /** {@code longs[0]} results, each of what the operands broadcast to. */
  static final ShapesRule ELEMENTWISE = (in, a) -> every(Shapes.broadcast(in), (int) a.first());

  private ShapeRules() {}

  static Shape permuted(Shape[] in, Attributes a) {
    long[] sizes = new long[a.longs().length];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = in[0].get((int) a.longs()[i]);
    }
    return new Shape(sizes);
  }

  static Shape sliced(Attributes a) {
    long[] sizes = new long[a.longs().length];
    for (int i = 0; i < sizes.length; i++) {
      long step = a.third()[i];
      sizes[i] = Math.max(0, (a.more()[i] - a.longs()[i] + step - 1) / step);
    }
    return new Shape(sizes);
  }

  static Shape concatenated(Shape[] in, Attributes a) {
    int axis = (int) a.first();
    long size = 0;
    for (Shape shape : in) {
      checkArgument(
          Shapes.agreeBut(axis, shape, in[0]),
          "tensors of shapes %s and %s cannot be joined along axis %s; they must agree in all"
              + " other axes",
          in[0],
          shape,
          axis);
      size += shape.get(axis);
    }
    return Shapes.with(in[0], axis, size);
  }

  static Shape stacked(Shape[] in, Attributes a) {
    for (Shape shape : in) {
      checkArgument(
          shape.equals(in[0]),
          "tensors of shapes %s and %s cannot be stacked; broadcast them to one shape first",
          in[0],
          shape);
    }
    return Shapes.inserted(in[0], (int) a.first(), in.length);
  }

  /** Pieces of the sizes {@code more} along the axis {@code longs[0]}. */
  static Shape[] pieces(Shape[] in, Attributes a) {
    Shape[] pieces = new Shape[a.more().length];
    Arrays.setAll(pieces, i -> Shapes.with(in[0], a.first(), a.more()[i]));
    return pieces;
  }

  static Shape padded(Shape[] in, Attributes a) {
    long[] sizes = in[0].getShape().clone();
    for (int i = 0; i < a.longs().length / 2; i++) {
      sizes[sizes.length - 1 - i] += a.longs()[2 * i] + a.longs()[2 * i + 1];
    }
    return new Shape(sizes);
  }

  static Shape repeated(Shape[] in, Attributes a) {
    long[] sizes = a.longs().clone();
    int shift = sizes.length - in[0].dimension();
    for (int i = shift; i < sizes.length; i++) {
      sizes[i] *= in[0].get(i - shift);
    }
    return new Shape(sizes);
  }

  static Shape diagonal(Shape[] in, Attributes a) {
    Shape shape = in[0];
    long offset = a.longs()[0];
    long rows = shape.get((int) a.longs()[1]) - Math.max(0, -offset);
    long columns = shape.get((int) a.longs()[2]) - Math.max(0, offset);
    Shape rest = Shapes.reduced(shape, new long[] {a.longs()[1], a.longs()[2]}, false);
    return Shapes.concat(rest, new Shape(Math.max(0, Math.min(rows, columns))));
  }

  static Shape diagonalMatrix(Shape[] in, Attributes a) {
    Shape shape = in[0];
    long size = shape.get(shape.dimension() - 1) + Math.abs(a.first());
    return Shapes.concat(Shapes.dropRight(shape, 1), new Shape(size, size));
  }

  static Shape[] topK(Shape[] in, Attributes a) {
    Shape shape = Shapes.with(in[0], a.longs()[1], a.longs()[0]);
    return new Shape[] {shape, shape};
  }

  static Shape product(Shape[] in) {
    Shape a = in[0];
    Shape b = in[1];
    int rankA = a.dimension();
    int rankB = b.dimension();
    checkArgument(
        rankA > 0 && rankB > 0,
        "matMul of shapes %s and %s: a number is not a matrix; use mul",
        a,
        b);
    checkArgument(
        a.get(rankA - 1) == b.get(rankB == 1 ? 0 : rankB - 2),
        "matMul of shapes %s and %s: the last dim of the first, %s, is not the %s of the second,"
            + " %s; transpose one of them",
        a,
        b,
        a.get(rankA - 1),
        rankB == 1 ? "only dim" : "last dim but one",
        b.get(rankB == 1 ? 0 : rankB - 2));
    Shape rows = rankA == 1 ? Shapes.scalar() : new Shape(a.get(rankA - 2));
    Shape columns = rankB == 1 ? Shapes.scalar() : new Shape(b.get(rankB - 1));
    Shape batch =
        Shapes.broadcast(
            Shapes.dropRight(a, Math.min(rankA, 2)), Shapes.dropRight(b, Math.min(rankB, 2)));
    return Shapes.concat(batch, Shapes.concat(rows, columns));
  }

  /** The larger batch of the two, the matrix of the one at this place. */
  static Shape solution(Shape[] in, int matrix) {
    Shape batch = Shapes.broadcast(Shapes.dropRight(in[0], 2), Shapes.dropRight(in[1], 2));
    return Shapes.concat(batch, Shapes.takeRight(in[matrix], 2));
  }

  static Shape logChain(Shape[] in, Attributes a) {
    Shape start = in[0];
    Shape vectors = in[1];
    Shape matrices = in[2];
    boolean fits =
        start.dimension() == 2
            && vectors.dimension() == 3
            && matrices.dimension() == 4
            && vectors.slice(1).equals(start)
            && matrices.get(2) == start.get(1)
            && matrices.get(3) == start.get(1)
            && (matrices.get(0) == 1 || matrices.get(0) == vectors.get(0))
            && (matrices.get(1) == 1 || matrices.get(1) == start.get(0));
    checkArgument(
        fits,
        "chain of rows %s, vectors %s and matrices %s: pass (B, K), (T, B, K) and (M, C, K, K) with"
            + " M of 1 or T, and C of 1 or B",
        start,
        vectors,
        matrices);
    return start;
  }

  /** Q, then R, of the reduced decomposition. */
  static Shape[] qr(Shape[] in) {
    Shape shape = in[0];
    Shape batch = Shapes.dropRight(shape, 2);
    long rows = shape.get(shape.dimension() - 2);
    long columns = shape.get(shape.dimension() - 1);
    long least = Math.min(rows, columns);
    return new Shape[] {
      Shapes.concat(batch, new Shape(rows, least)), Shapes.concat(batch, new Shape(least, columns))
    };
  }

  /** Of {@code (*, n)}: {@code (*, n/2 + 1, 2)}. */
  static Shape spectrum(Shape numbers) {
    long size = numbers.get(numbers.dimension() - 1);
    return Shapes.concat(Shapes.dropRight(numbers, 1), new Shape(size / 2 + 1, 2));
  }

  /** Of images {@code (N, G C, H, W)} and kernels {@code (G O, C, h, w)}. */
  static Shape convolution(Shape[] in, Attributes a) {
    Shape image = in[0];
    Shape kernel = in[1];
    Sliding sliding = Sliding.of(a);
    boolean fits =
        image.dimension() == 4
            && kernel.dimension() == 4
            && image.get(1) == sliding.groups() * kernel.get(1)
            && kernel.get(0) % sliding.groups() == 0;
    long height = fits ? sliding.windows(0, image.get(2), kernel.get(2)) : 0;
    long width = fits ? sliding.windows(1, image.get(3), kernel.get(3)) : 0;
    checkArgument(
        height > 0 && width > 0,
        "convolution of images %s with kernels %s in %s groups: images are (N, G C, H, W), kernels"
            + " (G O, C, h, w) that are not larger; pad the images or reshape",
        image,
        kernel,
        sliding.groups());
    return new Shape(image.get(0), kernel.get(0), height, width);
  }

  /** Of {@code (N, G O, H, W)} and kernels {@code (G O, C, h, w)}. */
  static Shape transposedConvolution(Shape[] in, Attributes a) {
    Shape image = in[0];
    Shape kernel = in[1];
    Sliding sliding = Sliding.of(a);
    boolean fits =
        image.dimension() == 4
            && kernel.dimension() == 4
            && image.get(1) == kernel.get(0)
            && kernel.get(0) % sliding.groups() == 0;
    long height = fits ? sliding.spread(0, image.get(2), kernel.get(2)) + a.longs()[7] : 0;
    long width = fits ? sliding.spread(1, image.get(3), kernel.get(3)) + a.longs()[8] : 0;
    checkArgument(
        height > 0 && width > 0,
        "transposed convolution of images %s with kernels %s in %s groups: images are (N, G O, H,"
            + " W), kernels (G O, C, h, w); pad less or reshape",
        image,
        kernel,
        sliding.groups());
    return new Shape(image.get(0), sliding.groups() * kernel.get(1), height, width);
  }

  /**
   * Index, entries, lower ends and widths: all of the batch of the raw numbers and the value.
   * {@code longs} are how many axes, bins and the axis; the last operand has a column an entry.
   */
  static Shape[] softmaxBin(Shape[] in, Attributes a) {
    Shape batch = Shapes.broadcast(Shapes.dropRight(in[0], 1), in[1]);
    return every(batch, (int) (1 + in[3].get(1) + 2 * a.first()));
  }

  /** {@code longs} are the sizes. */
  static Shape[] given(Shape[] in, Attributes a) {
    return new Shape[] {new Shape(a.longs())};
  }

  private static Shape[] every(Shape shape, int count) {
    Shape[] shapes = new Shape[count];
    Arrays.fill(shapes, shape);
    return shapes;
  }
}
