package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.Both.Outcome;
import org.ppl4j.tensor.internal.engine.PyTorch;
import org.ppl4j.tensor.internal.graph.NotRecordable;
import org.ppl4j.tensor.internal.table.IndexOutOfRange;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Row.Promotion;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/**
 * Random programs over all rows of the table, on tensors of ranks 0 to 5 that may be empty, at
 * special numbers, with indices that may name nothing: engine and record give the same values and
 * gradients, or refuse the same index.
 */
@ExtendWith(LeakCheck.class)
class DifferentialTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sound.1");

  private static final List<Use> USES =
      Stream.of(RandomProgram.USES, HostileUses.all()).flatMap(List::stream).toList();

  /** Whose slopes are judged by the largest, and of what is not finite or large not at all. */
  private static final Set<Op> MATRICES = EnumSet.range(Op.INVERSE, Op.QR);

  /** Beyond it squares overflow, in some orders of the same products. */
  private static final double HUGE = 1e150;

  /** Beyond it leaves are special numbers, and matrices of operands have no digits to compare. */
  private static final double LARGE = 1e6;

  private static final int STEPS = 5;
  private static final int MOST_ELEMENTS = 400;
  private static final int MOST_DIMS = 6;

  /** So often operands are moved by units in the last place, to see what rounding changes. */
  private static final int MOVES = 16;

  private static final double[] SPECIAL = {
    0,
    -0.0,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    -Float.MIN_VALUE,
    1e30,
    -1e30,
    Double.MAX_VALUE,
    1,
    -1,
    0.5,
    2,
    3
  };

  /** What rounds numbers, and keeps integers. */
  private static final ImmutableSet<Op> ARITHMETIC =
      ImmutableSet.of(Op.ADD, Op.SUB, Op.MUL, Op.SQUARE);

  private static final int[] SIZES = {0, 1, 1, 2, 2, 3, 3, 4};

  private record Step(Use.Step body, List<Integer> operands, Op op) {}

  /** A program: leaves, of which each second is data, and steps on what is there. */
  private static final class Made {

    private final List<Shape> shapes = new ArrayList<>();
    private final List<double[]> leaves = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private double rounding; // of results, by which they are moved
    private int moves;

    Made(SplittableRandom random) {
      int count = 1 + random.nextInt(3);
      int[] sizes = random.ints(6, 0, SIZES.length).map(i -> SIZES[i]).toArray();
      for (int i = 0; i < count; i++) {
        int rank = Math.min(random.nextInt(6), random.nextInt(6));
        long[] own = new long[rank];
        for (int dim = 0; dim < rank; dim++) {
          own[dim] = random.nextInt(4) == 0 ? 1 : sizes[6 - rank + dim];
        }
        Shape shape = new Shape(own);
        if (shape.size() <= MOST_ELEMENTS / 4) {
          shapes.add(shape);
          leaves.add(numbers(shape, random));
        }
      }
      if (shapes.isEmpty()) {
        shapes.add(new Shape(2));
        leaves.add(new double[] {0.5, -1.25});
      }
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        List<NDArray> pool = new ArrayList<>();
        for (int i = 0; i < shapes.size(); i++) {
          pool.add(run.create(leaves.get(i), shapes.get(i)));
        }
        for (int i = 0; i < STEPS; i++) {
          add(run, pool, random);
        }
      }
    }

    private static double[] numbers(Shape shape, SplittableRandom random) {
      return random.ints(shape.size(), -24, 25).mapToDouble(k -> k / 16.0).toArray();
    }

    private void add(Run run, List<NDArray> pool, SplittableRandom random) {
      for (int attempt = 0; attempt < 40; attempt++) {
        Use use = USES.get(random.nextInt(USES.size()));
        List<Integer> operands = random.ints(use.operands(), 0, pool.size()).boxed().toList();
        NDArray[] in = operands.stream().map(pool::get).toArray(NDArray[]::new);
        try {
          Shape[] of = Arrays.stream(in).map(NDArray::getShape).toArray(Shape[]::new);
          Use.@Nullable Step body = use.maker().make(of, random);
          NDArray result = body == null ? null : body.ours().of(Backend.of(run), in);
          if (result != null
              && result.size() <= MOST_ELEMENTS
              && result.getShape().dimension() <= MOST_DIMS) {
            steps.add(new Step(body, operands, use.op()));
            pool.add(Tensors.cast(result, run.dataType()));
            return;
          }
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
          // shapes that do not suit it, or an index that names nothing here
        }
      }
    }

    /** All that it computes, weighted; what is not finite has no gradient. */
    NDArray run(Run run, NDArray[] in) {
      List<NDArray> pool = new ArrayList<>();
      for (int i = 0; i < in.length; i++) {
        pool.add(i % 2 == 0 ? in[i] : in[i].stopGradient());
      }
      for (Step step : steps) {
        NDArray[] operands = step.operands().stream().map(pool::get).toArray(NDArray[]::new);
        NDArray y = step.body().ours().of(Backend.of(run), operands);
        pool.add(rounded(Tensors.cast(y, run.dataType()), step.op()));
      }
      List<NDArray> flat = pool.stream().map(x -> Tensors.reshape(x, new Shape(x.size()))).toList();
      NDArray all = Tensors.concat(flat, 0);
      double[] weights = new double[(int) all.size()];
      Arrays.setAll(weights, i -> 1 + i * 0.375 % 1);
      NDArray isOut = all.isNaN().logicalOr(all.isInfinite());
      return Tensors.where(isOut, all.stopGradient(), all).mul(run.create(weights, all.getShape()));
    }

    /** Another rounding of a step whose results may be any numbers, if that is asked for. */
    private NDArray rounded(NDArray y, Op op) {
      if (rounding == 0 || op.row().promotion() != Promotion.FLOAT && !ARITHMETIC.contains(op)) {
        return y;
      }
      moves = (moves * 5 + 3) % 7;
      double by = (moves - 3) * rounding;
      return y.mul(1 + by).add(0.618 * by); // which are each other's opposite at no usual number
    }

    /** The leaves with other numbers. */
    List<double[]> other(int kind, SplittableRandom random) {
      List<double[]> result = new ArrayList<>();
      for (double[] leaf : leaves) {
        double[] values = leaf.clone();
        for (int k = 0; kind > 0 && k < values.length; k++) {
          double special = SPECIAL[random.nextInt(SPECIAL.length)];
          boolean isSpecial = kind == 2 && random.nextInt(3) == 0;
          values[k] = isSpecial ? special : random.nextInt(-40 * kind, 40 * kind) / 16.0;
        }
        result.add(values);
      }
      return result;
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder(shapes.toString());
      steps.forEach(step -> text.append(", ").append(step.op()).append(step.operands()));
      return text.toString();
    }
  }

  @Test
  void programsGiveTheSameByEngineAndRecord() {
    Law law = new Law();
    for (int seed = 0; seed < 250; seed++) {
      law.judge(seed, false);
    }
    assertThat(law.faults).isEmpty();
    assertThat(law.judged).isGreaterThan(500);
    assertThat(law.unrecorded.values().stream().mapToInt(i -> i).sum()).isLessThan(13);
  }

  @Tag("acceptance")
  @Tag("sound.1")
  @Test
  void tenThousandProgramsGiveTheSame() {
    Law law = new Law();
    int programs = 10_000;
    for (int seed = 0; seed < programs; seed++) {
      law.judge(seed, false);
    }
    law.unrecorded.forEach((why, count) -> POINT.shown("programs that have " + why, count));
    law.faults.stream().limit(20).forEach(System.out::println);
    POINT.atLeast("random programs", programs, 10_000);
    POINT.shown("values and slopes judged", law.judged);
    POINT.shown("indices that both refuse", law.refused);
    POINT.shown("times that rounding decides", law.rounded);
    POINT.shown("masked slopes that only the record has", law.undefined);
    POINT.atLeast("rows that they use", law.used.size(), RandomProgram.OPS.length);
    int left = law.unrecorded.values().stream().mapToInt(i -> i).sum();
    POINT.atMost("programs that are not recorded", left, programs / 20);
    POINT.atMost("programs that differ", law.faults.size(), 0);
    Law planted = new Law();
    for (int seed = 0; seed < 100; seed++) {
      planted.judge(seed, true);
    }
    POINT.atLeast("the same where a record is off by 1e-6", planted.faults.size(), 50);
  }

  /** What both give, or why they give nothing. */
  private record Given(@Nullable Outcome outcome, @Nullable RuntimeException refusal) {

    static Given of(Supplier<Outcome> made) {
      try {
        return new Given(made.get(), null);
      } catch (IllegalArgumentException | IllegalStateException e) {
        return new Given(null, e);
      }
    }

    boolean isBadIndex() {
      return refusal instanceof IndexOutOfRange;
    }
  }

  private static final class Law {

    private long judged;
    private long refused;
    private long rounded;
    private long undefined; // slopes by the engine of what is masked, 0 by a record
    private boolean isOfMatrices;
    private boolean overflowsUnseen; // among no elements, whose slopes the engine sums to 0
    private final Set<Op> used = EnumSet.noneOf(Op.class);
    private final Map<String, Integer> unrecorded = new TreeMap<>();
    private final List<String> faults = new ArrayList<>();

    void judge(int seed, boolean isPlanted) {
      SplittableRandom random = new SplittableRandom(seed);
      Made program = new Made(random);
      FloatType type = seed % 2 == 0 ? FloatType.FLOAT32 : FloatType.FLOAT64;
      Both both;
      try {
        both =
            new Both(
                RunConfig.defaults().withFloatType(type),
                program.shapes,
                program.leaves,
                (run, in) -> {
                  NDArray y = program.run(run, in);
                  boolean isOff = isPlanted && PyTorch.get().column() instanceof Recorder;
                  return isOff ? y.mul(1.01) : y;
                });
      } catch (NotRecordable e) {
        unrecorded.merge(String.valueOf(e.getMessage()), 1, Integer::sum);
        return;
      } catch (RuntimeException e) {
        faults.add("program %s, %s fails when it is recorded: %s".formatted(seed, program, e));
        return;
      }
      program.steps.forEach(step -> used.add(step.op()));
      isOfMatrices = program.steps.stream().anyMatch(step -> MATRICES.contains(step.op()));
      for (int kind = 0; kind < 4; kind++) {
        List<double[]> at = program.other(Math.min(kind, 2), random);
        if (type == FloatType.FLOAT32) {
          at.replaceAll(x -> Arrays.stream(x).map(v -> (float) v).toArray());
        }
        String fault = compare(program, both, at, type, random);
        if (fault != null) {
          faults.add(
              "program %s by %s, %s: %s; leaves %s"
                  .formatted(
                      seed, type, program, fault, at.stream().map(Arrays::toString).toList()));
          return;
        }
      }
    }

    private @Nullable String compare(
        Made program, Both both, List<double[]> at, FloatType type, SplittableRandom random) {
      List<Given> engine = engine(both, at, type);
      Given record;
      try {
        record = Given.of(() -> both.record(at));
      } catch (RuntimeException e) {
        return "the record throws " + e;
      }
      if (engine.stream().anyMatch(given -> given.refusal() != null && !given.isBadIndex())) {
        return null; // a matrix that has no factor, say
      }
      if (record.refusal() != null && engine.stream().anyMatch(Given::isBadIndex)) {
        refused += record.isBadIndex() ? 1 : 0;
        return record.isBadIndex() ? null : "the record throws " + record.refusal();
      }
      double largest =
          at.stream()
              .flatMapToDouble(Arrays::stream)
              .filter(Double::isFinite)
              .map(Math::abs)
              .max()
              .orElse(0);
      boolean isFinite = at.stream().flatMapToDouble(Arrays::stream).allMatch(Double::isFinite);
      boolean areLarge =
          engine.stream()
              .filter(given -> given.outcome() != null)
              .flatMapToDouble(given -> Arrays.stream(given.outcome().values()))
              .anyMatch(value -> Math.abs(value) > LARGE);
      if (isOfMatrices && (largest > LARGE || areLarge || !isFinite)) {
        return null;
      }
      boolean isEmpty = program.shapes.stream().anyMatch(shape -> shape.size() == 0);
      overflowsUnseen = isEmpty && largest > LARGE;
      double scale = largest;
      String difference = difference(engine, record, type, 0, scale);
      if (difference == null) {
        return null;
      }
      List<Given> moved = new ArrayList<>(engine);
      for (int move = 0; move < MOVES; move++) {
        int units = 1 << move % 5;
        List<double[]> near =
            at.stream()
                .map(x -> Arrays.stream(x).map(v -> moved(v, units, type, random)).toArray())
                .toList();
        program.rounding = type == FloatType.FLOAT32 ? 1e-7 : 1e-16;
        program.moves = 1 + move;
        moved.addAll(engine(both, near, type));
        moved.addAll(engine(both, at, type));
        program.rounding = 0;
      }
      rounded++;
      return difference(moved, record, type, 1, scale) == null ? null : difference;
    }

    private static double moved(double x, int units, FloatType type, SplittableRandom random) {
      double unit = type == FloatType.FLOAT32 ? Math.ulp((float) x) : Math.ulp(x);
      double least = type == FloatType.FLOAT32 ? 1e-7 : 1e-16; // what is added to 1 may round so
      double by = random.nextBoolean() ? unit : Math.max(unit, least);
      return Double.isFinite(x) ? x + random.nextInt(-units, units + 1) * by : x;
    }

    private static List<Given> engine(Both both, List<double[]> at, FloatType type) {
      List<Given> results = new ArrayList<>();
      results.add(Given.of(() -> both.engine(type, at)));
      if (type == FloatType.FLOAT32) {
        results.add(Given.of(() -> both.engine(FloatType.FLOAT64, at)));
      }
      return results;
    }

    /**
     * Where a record is none of what the engine gives, nor between; null if nowhere.
     *
     * @param wide how much of what lies between them is added on both sides
     * @param largest what numbers in between may be as large as
     */
    private @Nullable String difference(
        List<Given> engine, Given record, FloatType type, double wide, double largest) {
      Outcome actual = record.outcome();
      if (actual == null) {
        boolean isSame = engine.stream().anyMatch(Given::isBadIndex);
        return isSame ? null : "the record throws " + record.refusal();
      }
      List<Outcome> expected =
          engine.stream().filter(g -> g.outcome() != null).map(g -> g.outcome()).toList();
      if (expected.isEmpty()) {
        return "the engine throws " + engine.get(0).refusal() + ", the record does not";
      }
      for (int part = -1; part < actual.slopes().size(); part++) {
        int of = part;
        double[] is = of < 0 ? actual.values() : actual.slopes().get(of);
        List<double[]> was =
            expected.stream().map(o -> of < 0 ? o.values() : o.slopes().get(of)).toList();
        for (int i = 0; i < is.length; i++) {
          int at = i;
          judged++;
          double[] these = was.stream().mapToDouble(x -> x[at]).toArray();
          boolean isLeftOut =
              of >= 0
                  && Double.isFinite(is[i])
                  && Arrays.stream(these).anyMatch(Double::isNaN)
                  && (overflowsUnseen
                      || !Arrays.stream(actual.values()).allMatch(Double::isFinite));
          undefined += isLeftOut ? 1 : 0;
          boolean isAlike =
              isAmong(is[i], these, type, wide)
                  || isRoundingOfLarge(is[i], these, largest)
                  || isOfMatrices && isRoundingOfMatrices(is[i], these, is);
          if (!isAlike && !isLeftOut) {
            return "%s %s is %s for %s"
                .formatted(of < 0 ? "value" : "slope of " + of, i, is[i], Arrays.toString(these));
          }
        }
      }
      return null;
    }

    /**
     * Whether it is what large leaves leave of others that are added to them, or what overflows.
     *
     * @param largest of the leaves, in matrices its square
     */
    private static boolean isRoundingOfLarge(double is, double[] these, double largest) {
      return largest > LARGE
          && Arrays.stream(these)
              .anyMatch(
                  one ->
                      Math.abs(one - is) <= 1e-14 * largest
                          || !Double.isFinite(one) && (!Double.isFinite(is) || largest > HUGE));
    }

    private static boolean isRoundingOfMatrices(double is, double[] these, double[] all) {
      double most = Arrays.stream(all).map(Math::abs).filter(Double::isFinite).max().orElse(0);
      return Arrays.stream(these).anyMatch(one -> Math.abs(one - is) <= 1e-9 * most);
    }

    private static boolean isAmong(double is, double[] these, FloatType type, double wide) {
      double low = Double.POSITIVE_INFINITY;
      double high = Double.NEGATIVE_INFINITY;
      for (double one : these) {
        if (Double.compare(is, one) == 0 || is == one) {
          return true;
        }
        low = Double.isFinite(one) ? Math.min(low, one) : low;
        high = Double.isFinite(one) ? Math.max(high, one) : high;
      }
      double relative = type == FloatType.FLOAT32 ? 1e-3 : 1e-8;
      double size = Math.max(Math.abs(low), Math.abs(high));
      double room = relative * size + relative / 10 + wide * (high - low);
      return Double.isFinite(is) && is >= low - room && is <= high + room;
    }
  }
}
