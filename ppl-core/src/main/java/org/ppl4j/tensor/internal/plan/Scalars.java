package org.ppl4j.tensor.internal.plan;

import org.ppl4j.tensor.internal.graph.Functions;

/** Instructions on single numbers. */
final class Scalars {

  private Scalars() {}

  static void run(Instruction i, double[][] buffers) {
    double a = read(i.a(), buffers);
    double[] to = buffers[i.to().buffer()];
    int at = i.to().offset();
    switch (i.kind()) {
      case ONE -> to[at] = Functions.of(i.op(), i.order(), a);
      case TWO -> to[at] = Functions.of(i.op(), a, read(i.b(), buffers));
      case THREE -> to[at] = Functions.of(i.op(), a, read(i.b(), buffers), read(i.c(), buffers));
      case MOVE -> to[at] = a;
      case SUM -> to[at] += a;
      case GATHER -> to[at] = buffers[i.a().buffer()][i.a().offset() + place(i, buffers)];
      case SCATTER -> to[at + place(i, buffers)] += a;
      case ENGINE_ONE, ENGINE_TWO, ENGINE_AGAIN, CHOICE, PLUS, SCALED, EXPONENT, FRACTION ->
          throw new IllegalStateException(i.kind() + " is for long rows");
    }
  }

  private static int place(Instruction i, double[][] buffers) {
    return i.axis().place(read(i.b(), buffers));
  }

  private static double read(Operand operand, double[][] buffers) {
    return buffers[operand.buffer()][operand.offset()];
  }
}
