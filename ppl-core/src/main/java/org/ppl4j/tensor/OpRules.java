package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.invoke.MethodHandle;
import org.ppl4j.tensor.Spec.Promotion;
import org.ppl4j.tensor.Spec.ShapeRule;

/** The rows of the table {@link Op} that take more than a line. */
final class OpRules {

  static final ShapeRule SECOND = (in, a) -> in[1];

  /** The larger batch of the two, the matrix of the second. */
  static final ShapeRule SOLUTION =
      (in, a) ->
          Shapes.concat(
              Shapes.broadcast(Shapes.dropRight(in[0], 2), Shapes.dropRight(in[1], 2)),
              Shapes.takeRight(in[1], 2));

  private static final MethodHandle WHERE = Native.function("torchWhere", 3);
  private static final MethodHandle MUL = Native.function("torchMul", 2);
  private static final MethodHandle MAT_MUL = Native.function("torchMatmul", 2);
  private static final MethodHandle STOP_GRADIENT = Native.function("torchDetachGrad", 1);

  private OpRules() {}

  /** As a product: the engine's square differentiates as a power, which takes longer. */
  static Spec square() {
    return Spec.unaryNumber((in, a) -> Native.call(MUL, new long[] {in[0], in[0]}), x -> x * x);
  }

  static Spec where() {
    return Spec.of(
        (in, a) -> Native.call(WHERE, in),
        (in, a) -> Shapes.broadcast(in[0], in[1], in[2]),
        Promotion.NONE);
  }

  static Spec truth(String name, String expression) {
    return Spec.scriptedWithInteger(
            name, expression, Promotion.NONE, (in, a) -> Shapes.reduced(in[0], a.longs(), false))
        .giving(DataType.BOOLEAN);
  }

  static Spec permute() {
    return Spec.of(
        (in, a) -> Native.permute(in[0], a.longs()),
        (in, a) -> {
          long[] sizes = new long[a.longs().length];
          for (int i = 0; i < sizes.length; i++) {
            sizes[i] = in[0].get((int) a.longs()[i]);
          }
          return new Shape(sizes);
        },
        Promotion.NONE);
  }

  static Spec slice() {
    return Spec.of(
        (in, a) -> Native.index(in[0], a.longs(), a.more(), a.third()),
        (in, a) -> {
          long[] sizes = new long[a.longs().length];
          for (int i = 0; i < sizes.length; i++) {
            long step = a.third()[i];
            sizes[i] = Math.max(0, (a.more()[i] - a.longs()[i] + step - 1) / step);
          }
          return new Shape(sizes);
        },
        Promotion.NONE);
  }

  static Spec concat() {
    return Spec.of(
        (in, a) -> Native.concat(in, a.first()),
        (in, a) -> {
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
        },
        Promotion.NUMBER);
  }

  static Spec stack() {
    return Spec.of(
        (in, a) -> Native.stack(in, a.first()),
        (in, a) -> {
          for (Shape shape : in) {
            checkArgument(
                shape.equals(in[0]),
                "tensors of shapes %s and %s cannot be stacked; broadcast them to one shape first",
                in[0],
                shape);
          }
          return Shapes.inserted(in[0], (int) a.first(), in.length);
        },
        Promotion.NUMBER);
  }

  /** {@code longs}: before and after for the last axis, then the one before it, and so on. */
  static Spec pad() {
    return Spec.of(
        (in, a) -> Native.pad(in[0], a.longs(), a.number()),
        (in, a) -> {
          long[] sizes = in[0].getShape().clone();
          for (int i = 0; i < a.longs().length / 2; i++) {
            sizes[sizes.length - 1 - i] += a.longs()[2 * i] + a.longs()[2 * i + 1];
          }
          return new Shape(sizes);
        },
        Promotion.NONE);
  }

  static Spec repeat() {
    return Spec.of(
        (in, a) -> Native.repeat(in[0], a.longs()),
        (in, a) -> {
          long[] sizes = a.longs().clone();
          int shift = sizes.length - in[0].dimension();
          for (int i = shift; i < sizes.length; i++) {
            sizes[i] *= in[0].get(i - shift);
          }
          return new Shape(sizes);
        },
        Promotion.NONE);
  }

  /** {@code longs}: how often, and the axis. */
  static Spec repeatInterleave() {
    return Spec.of(
        (in, a) -> Native.repeatInterleave(in[0], a.longs()[0], a.longs()[1]),
        (in, a) -> Shapes.with(in[0], a.longs()[1], in[0].get((int) a.longs()[1]) * a.longs()[0]),
        Promotion.NONE);
  }

  /** {@code longs}: offset and the two axes. */
  static Spec diagonal() {
    return Spec.of(
        (in, a) -> Native.diagonal(in[0], a.longs()[0], a.longs()[1], a.longs()[2]),
        (in, a) -> {
          Shape shape = in[0];
          long offset = a.longs()[0];
          long rows = shape.get((int) a.longs()[1]) - Math.max(0, -offset);
          long columns = shape.get((int) a.longs()[2]) - Math.max(0, offset);
          Shape rest = Shapes.reduced(shape, new long[] {a.longs()[1], a.longs()[2]}, false);
          return Shapes.concat(rest, new Shape(Math.max(0, Math.min(rows, columns))));
        },
        Promotion.NONE);
  }

  /** A matrix with the last axis on its diagonal {@code n}. */
  static Spec diagonalMatrix() {
    return Spec.scriptedWithInteger(
        "diagonal_matrix",
        "torch.diag_embed(a, n)",
        Promotion.NUMBER,
        (in, a) -> {
          Shape shape = in[0];
          long size = shape.get(shape.dimension() - 1) + Math.abs(a.first());
          return Shapes.concat(Shapes.dropRight(shape, 1), new Shape(size, size));
        });
  }

  static Spec gather() {
    return Spec.of((in, a) -> Native.gather(in[0], in[1], a.first()), SECOND, Promotion.NONE);
  }

  /** The third operand's elements put into the first where the second says, along an axis. */
  static Spec scatter() {
    return Spec.of(
        (in, a) -> Native.scatter(in[0], in[1], in[2], (int) a.first()),
        Spec.FIRST,
        Promotion.NONE);
  }

  /** The slices that a vector of indices names, along an axis. */
  static Spec indexSelect() {
    return Spec.of(
            (in, a) ->
                EngineHolder.get()
                    .tensor(
                        "index_select",
                        Native.valueFromTensor(in[0]),
                        Native.valueFromTensor(in[1]),
                        Native.valueFromLong(a.first())),
            (in, a) -> Shapes.with(in[0], a.first(), in[1].size()),
            Promotion.NONE)
        .scripted(
            Spec.define(
                "index_select",
                "a: Tensor, index: Tensor, n: int",
                "torch.index_select(a, n, index)"));
  }

  /** {@code longs}: k, the axis, 1 for the largest, 1 for sorted; values, then indices. */
  static Spec topK() {
    return Spec.many(
        (in, a) ->
            Native.topK(in[0], a.longs()[0], a.longs()[1], a.longs()[2] == 1, a.longs()[3] == 1),
        (in, a) -> Shapes.with(in[0], a.longs()[1], a.longs()[0]));
  }

  static Spec oneHot() {
    return Spec.of(
            (in, a) -> Native.oneHot(in[0], (int) a.first()),
            (in, a) -> Shapes.concat(in[0], new Shape(a.first())),
            Promotion.NONE)
        .giving(DataType.INT64);
  }

  static Spec matMul() {
    return Spec.of((in, a) -> Native.call(MAT_MUL, in), (in, a) -> product(in), Promotion.FLOAT);
  }

  private static Shape product(Shape[] in) {
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

  /**
   * A function of each matrix that fails, or spoils all of the batch, where a matrix has a NaN: it
   * sees the identity there, and the result is NaN.
   */
  static Spec ofDefined(String name, String function) {
    return Spec.scripted(name, "a", null)
        .scripted(
            """
            def %s(self, a: Tensor) -> Tensor:
              d = torch.detach(a)
              total = torch.sum(torch.mul(d, 0.), [-2, -1], True)
              undefined = torch.isnan(total)
              one = torch.diag_embed(torch.ones_like(torch.diagonal(d, 0, -2, -1)), 0, -2, -1)
              return torch.where(undefined, total, %s(torch.where(undefined, one, a)))
            """
                .formatted(name, function));
  }

  /** Whether the lower triangle is that of a positive definite matrix. */
  static Spec isPositiveDefinite() {
    return Spec.of(
            (in, a) ->
                EngineHolder.get().tensor("is_positive_definite", Native.valueFromTensor(in[0])),
            (in, a) -> Shapes.dropRight(in[0], 2),
            Promotion.FLOAT)
        .giving(DataType.BOOLEAN)
        .scripted(
            """
            def is_positive_definite(self, a: Tensor) -> Tensor:
              l, info = torch.linalg_cholesky_ex(torch.detach(a))
              return torch.eq(info, 0)
            """);
  }

  /** The first operand is the triangular matrix; the flag says that it is upper. */
  static Spec solveTriangular() {
    return Spec.of(
            (in, a) ->
                EngineHolder.get()
                    .tensor(
                        "solve_triangular",
                        Native.valueFromTensor(in[0]),
                        Native.valueFromTensor(in[1]),
                        Native.valueFromBoolean(a.flag())),
            SOLUTION,
            Promotion.FLOAT)
        .scripted(
            Spec.define(
                "solve_triangular",
                "a: Tensor, b: Tensor, upper: bool",
                "torch.linalg_solve_triangular(a, b, upper=upper)"));
  }

  /** The first operand is the right side, the second the lower Cholesky factor. */
  static Spec choleskySolve() {
    return Spec.scriptedTwo(
        "cholesky_solve",
        "torch.cholesky_solve(a, b)",
        (in, a) ->
            Shapes.concat(
                Shapes.broadcast(Shapes.dropRight(in[0], 2), Shapes.dropRight(in[1], 2)),
                Shapes.takeRight(in[0], 2)));
  }

  static Spec logAbsDeterminant() {
    return Spec.of(
            (in, a) ->
                EngineHolder.get().tensor("log_abs_determinant", Native.valueFromTensor(in[0])),
            (in, a) -> Shapes.dropRight(in[0], 2),
            Promotion.FLOAT)
        .scripted(
            """
            def log_abs_determinant(self, a: Tensor) -> Tensor:
              sign, result = torch.linalg_slogdet(a)
              return result
            """);
  }

  /** Q, then R, of the reduced decomposition. */
  static Spec qr() {
    return Spec.many(
            (in, a) -> EngineHolder.get().tensors("qr", Native.valueFromTensor(in[0])), Spec.FIRST)
        .scripted(
            """
            def qr(self, a: Tensor) -> List[Tensor]:
              q, r = torch.linalg_qr(a, "reduced")
              return [q, r]
            """);
  }

  /** What is added to the values is 0, also where an argument is infinite. */
  static Spec hostFunction() {
    return Spec.of(
            (in, a) -> {
              long[] moved = new long[in.length / 2];
              long[] slopes = new long[moved.length];
              for (int i = 0; i < moved.length; i++) {
                moved[i] = in[2 * i + 1];
                slopes[i] = in[2 * i + 2];
              }
              return EngineHolder.get()
                  .tensor(
                      "host_function",
                      Native.valueFromTensor(in[0]),
                      Native.valueFromTensors(moved),
                      Native.valueFromTensors(slopes));
            },
            Spec.FIRST,
            Promotion.NONE)
        .scripted(
            """
            def host_function(self, a: Tensor, moved: List[Tensor], slopes: List[Tensor]) -> Tensor:
              result = a
              for i in range(len(moved)):
                x = moved[i]
                move = torch.nan_to_num(torch.sub(x, torch.detach(x)), 0., 0., 0.)
                result = torch.add(result, torch.mul(slopes[i], move))
              return result
            """);
  }

  static Spec stopGradient() {
    return Spec.of((in, a) -> Native.call(STOP_GRADIENT, in), Spec.FIRST, Promotion.NONE);
  }

  /** The attribute is TorchScript's number of a float type. */
  static Spec cast() {
    return Spec.of((in, a) -> cast(in[0], a.first()), Spec.FIRST, Promotion.NONE)
        .scripted(Spec.define("cast", "a: Tensor, type: int", "torch.to(a, type)"));
  }

  static long cast(long handle, long type) {
    return EngineHolder.get()
        .tensor("cast", Native.valueFromTensor(handle), Native.valueFromLong(type));
  }

  static Spec copy() {
    return Spec.scripted("copy", "torch.clone(a)", null);
  }
}
