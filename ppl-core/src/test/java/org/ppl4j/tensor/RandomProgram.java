package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Op;

/**
 * A random program of operations: leaves, and steps on leaves and on earlier steps' results. It
 * depends on its seed alone and runs on any backend; its loss is a weighted sum of all results.
 */
final class RandomProgram {

  static final List<Use> USES =
      Stream.of(ElementUses.all(), AxisUses.all(), MatrixUses.all(), ImageUses.all())
          .flatMap(s -> s)
          .toList();

  /** Keeps results where all functions and their derivatives are moderate. */
  /** All operations but those of noise, whose laws are of distributions. */
  static final Op[] OPS = EnumSet.range(Op.NEG, Op.FUNCTION).toArray(Op[]::new);

  private static final Use SQUASH = Use.one(Op.TANH, NDArray::tanh);

  private static final int STEPS = 8;
  private static final double LARGE = 3;
  private static final long MOST_ELEMENTS = 60;
  private static final int MOST_DIMS = 4;

  private record Node(Use.Step step, List<Integer> operands, Op op) {}

  private final long seed;
  private final List<Shape> shapes = new ArrayList<>();
  private final List<double[]> leaves = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Set<Op> used = EnumSet.noneOf(Op.class);

  private RandomProgram(long seed) {
    this.seed = seed;
  }

  /**
   * Makes a program.
   *
   * @param first an operation that it uses
   * @param admitted which steps may be in it
   */
  static RandomProgram make(long seed, Op first, Predicate<Use.Step> admitted) {
    RandomProgram program = new RandomProgram(seed);
    SplittableRandom random = new SplittableRandom(seed);
    program.addLeaves(random);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Backend backend = Backend.of(run);
      List<NDArray> pool = new ArrayList<>();
      for (NDArray leaf : program.leavesOn(backend, program.leaves)) {
        pool.add(leaf);
      }
      List<Use> firsts = USES.stream().filter(use -> use.op() == first).toList();
      program.addStep(firsts, admitted, backend, pool, random);
      for (int i = 1; i < STEPS; i++) {
        program.addStep(USES, admitted, backend, pool, random);
      }
    }
    return program;
  }

  private void addLeaves(SplittableRandom random) {
    long[] full = random.longs(2 + random.nextInt(2), 2, 4).toArray();
    int count = 2 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      long[] sizes = full.clone();
      if (i > 0) {
        for (int j = 0; j < sizes.length; j++) {
          sizes[j] = random.nextInt(3) == 0 ? 1 : sizes[j];
        }
        sizes = Arrays.copyOfRange(sizes, random.nextInt(sizes.length + 1), sizes.length);
      }
      Shape shape = new Shape(sizes);
      shapes.add(shape);
      leaves.add(random.doubles(shape.size(), -1.5, 1.5).map(x -> (float) x).toArray());
    }
  }

  private void addStep(
      List<Use> uses,
      Predicate<Use.Step> admitted,
      Backend backend,
      List<NDArray> pool,
      SplittableRandom random) {
    for (int attempt = 0; attempt < 200; attempt++) {
      Use use = uses.get(random.nextInt(uses.size()));
      List<Integer> operands = random.ints(use.operands(), 0, pool.size()).boxed().toList();
      if (tryStep(use, operands, admitted, backend, pool, random)) {
        return;
      }
    }
  }

  private boolean tryStep(
      Use use,
      List<Integer> operands,
      Predicate<Use.Step> admitted,
      Backend backend,
      List<NDArray> pool,
      SplittableRandom random) {
    Shape[] in = operands.stream().map(i -> pool.get(i).getShape()).toArray(Shape[]::new);
    if (in.length == 2 && !broadcast(in[0], in[1])) {
      return false;
    }
    Use.@Nullable Step step = use.maker().make(in, random);
    if (step == null || !admitted.test(step)) {
      return false;
    }
    NDArray result =
        step.ours().of(backend, operands.stream().map(pool::get).toArray(NDArray[]::new));
    double[] values = result.toDoubleArray();
    boolean fits = values.length <= MOST_ELEMENTS && result.getShape().dimension() <= MOST_DIMS;
    if (!fits || values.length == 0 || !Arrays.stream(values).allMatch(Double::isFinite)) {
      return false;
    }
    nodes.add(new Node(step, operands, use.op()));
    used.add(use.op());
    pool.add(result);
    if (Arrays.stream(values).anyMatch(x -> Math.abs(x) > LARGE)) {
      return tryStep(SQUASH, List.of(pool.size() - 1), admitted, backend, pool, random);
    }
    return true;
  }

  private static boolean broadcast(Shape a, Shape b) {
    for (int i = 1; i <= Math.min(a.dimension(), b.dimension()); i++) {
      long x = a.get(a.dimension() - i);
      long y = b.get(b.dimension() - i);
      if (x != y && x != 1 && y != 1) {
        return false;
      }
    }
    return true;
  }

  Set<Op> used() {
    return used;
  }

  /** The shapes of the leaves. */
  List<Shape> shapes() {
    return shapes;
  }

  /** The values of the leaves. */
  List<double[]> leaves() {
    return leaves;
  }

  /** The values of the leaves, one element moved. */
  List<double[]> moved(int leaf, int element, double shift) {
    List<double[]> values = new ArrayList<>(leaves);
    double[] moved = values.get(leaf).clone();
    moved[element] += shift;
    values.set(leaf, moved);
    return values;
  }

  /** The operation of a step. */
  Op op(int step) {
    return nodes.get(step).op();
  }

  int steps() {
    return nodes.size();
  }

  NDArray[] leavesOn(Backend backend, List<double[]> values) {
    NDArray[] result = new NDArray[values.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = backend.floats(values.get(i), shapes.get(i));
    }
    return result;
  }

  /** The results of all steps, by our operations or by those of plain arrays. */
  List<NDArray> run(Backend backend, NDArray[] leavesThere, boolean ours) {
    List<NDArray> pool = new ArrayList<>(List.of(leavesThere));
    for (Node node : nodes) {
      NDArray[] in = node.operands().stream().map(pool::get).toArray(NDArray[]::new);
      pool.add((ours ? node.step().ours() : node.step().plain()).of(backend, in));
    }
    return pool.subList(leavesThere.length, pool.size());
  }

  /** One step alone on plain arrays, given the values of all leaves and steps before it. */
  NDArray runPlain(int step, Backend backend, List<NDArray> before) {
    Node node = nodes.get(step);
    NDArray[] in = node.operands().stream().map(before::get).toArray(NDArray[]::new);
    return node.step().plain().of(backend, in);
  }

  /** The weighted sum of all results. */
  NDArray loss(Backend backend, List<NDArray> results) {
    SplittableRandom random = new SplittableRandom(~seed);
    NDArray loss = backend.floats(new double[1], new Shape());
    for (NDArray result : results) {
      double[] weights = random.doubles(result.size(), 0.5, 1.5).toArray();
      NDArray weighted = result.mul(backend.floats(weights, result.getShape()));
      loss = loss.add(result.getShape().dimension() == 0 ? weighted : weighted.sum());
    }
    return loss;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("program " + seed + ": leaves " + shapes);
    for (Node node : nodes) {
      text.append(", ").append(node.op()).append(node.operands());
    }
    return text.toString();
  }
}
