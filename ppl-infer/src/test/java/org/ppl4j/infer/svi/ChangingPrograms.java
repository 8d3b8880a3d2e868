package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.DoubleSupplier;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Prefix;
import org.ppl4j.tensor.Tensors;

/** Programs that read, each in a way of its own, a number that is another from step to step. */
final class ChangingPrograms {

  private ChangingPrograms() {}

  /**
   * A program.
   *
   * @param change what happens before the step of a number
   */
  record Changing(String name, Program<Void> model, IntConsumer change, Runnable end) {

    Changing(String name, Program<Void> model, IntConsumer change) {
      this(name, model, change, () -> {});
    }
  }

  /** The number at a step: it stays for some, changes, and comes back between two checks. */
  static double number(int step) {
    return step / 7 % 3 + (step % 11 == 5 ? 0.5 : 0);
  }

  private static Program<Void> reading(DoubleSupplier number) {
    return (p, none) -> observed(p, number.getAsDouble());
  }

  private static void observed(Ppl p, double number) {
    NDArray x = p.sample("x", Normal.of(0, 10));
    p.observe("y", Normal.of(x, 0.5), number);
  }

  // --- what is read

  private enum Mode {
    LOW(0),
    HIGH(2);

    private final double number;
    private double shift;

    Mode(double number) {
      this.number = number;
    }
  }

  private static double held;
  private static final double[] TABLE = new double[3];

  private static final class Box {
    private double number;
    private Box next;
    private double[] numbers = new double[2];

    double twice() {
      return 2 * number;
    }
  }

  /** A program with fields, one of them of a class above it. */
  private abstract static class Scaled implements Program<Void> {
    double scale = 1;

    abstract double number();

    @Override
    public void run(Ppl p, Void none) {
      observed(p, scale * number());
    }
  }

  private static final class Own extends Scaled {
    private float number;
    private boolean isOn;

    @Override
    protected double number() {
      return isOn ? number : -number;
    }
  }

  /** A handler that moves what is observed. */
  private static final class Moving implements Handler {
    private int number;

    @Override
    public Frame begin(Ppl p) {
      return new Frame() {
        @Override
        protected void enter(SampleSite site) {
          if (site.name().equals("y")) {
            p.factor("moved", p.scalar(number));
          }
        }
      };
    }
  }

  private record Settings(Box box, List<Double> list) {}

  private interface Reader {
    double read();
  }

  private static final class FieldReader implements Reader {
    private final Box box = new Box();

    @Override
    public double read() {
      return box.number;
    }
  }

  private static double helper(Box box) {
    return deeper(box) + 1;
  }

  private static double deeper(Box box) {
    return box.next == null ? box.number : deeper(box.next);
  }

  /** All of them. */
  static ImmutableList<Changing> all(NDManager manager, Path folder) {
    ImmutableList.Builder<Changing> all = ImmutableList.builder();

    int[] ints = new int[1];
    all.add(
        new Changing("int[]", (p, none) -> observed(p, ints[0]), t -> ints[0] = (int) number(t)));
    double[] doubles = new double[8];
    all.add(
        new Changing(
            "double[8]", (p, none) -> observed(p, doubles[5]), t -> doubles[5] = number(t)));
    double[][] rows = new double[2][3];
    all.add(
        new Changing(
            "double[][]", (p, none) -> observed(p, rows[1][2]), t -> rows[1][2] = number(t)));
    boolean[] truths = new boolean[2];
    all.add(
        new Changing(
            "boolean[]",
            (p, none) -> observed(p, truths[1] ? 1 : 2),
            t -> truths[1] = number(t) > 1));
    AtomicInteger counter = new AtomicInteger();
    all.add(
        new Changing(
            "AtomicInteger", (p, none) -> observed(p, counter.get()), t -> counter.set(t / 7)));
    AtomicLong longs = new AtomicLong();
    all.add(
        new Changing(
            "AtomicLong by a method reference",
            reading(longs::doubleValue),
            t -> longs.set((long) number(t))));
    AtomicBoolean flag = new AtomicBoolean();
    all.add(
        new Changing(
            "AtomicBoolean",
            (p, none) -> observed(p, flag.get() ? 3 : 4),
            t -> flag.set(number(t) > 1)));
    AtomicReference<Double> reference = new AtomicReference<>(0.0);
    all.add(
        new Changing(
            "AtomicReference",
            (p, none) -> observed(p, reference.get()),
            t -> reference.set(number(t))));
    DoubleAdder adder = new DoubleAdder();
    all.add(
        new Changing(
            "DoubleAdder",
            (p, none) -> observed(p, adder.sum()),
            t -> {
              adder.reset();
              adder.add(number(t));
            }));
    Box box = new Box();
    all.add(
        new Changing(
            "field of a captured object",
            (p, none) -> observed(p, box.number),
            t -> box.number = number(t)));
    Box twice = new Box();
    all.add(
        new Changing(
            "method of a captured object", reading(twice::twice), t -> twice.number = number(t)));
    Box chain = new Box();
    all.add(
        new Changing(
            "objects that follow each other, by private methods",
            (p, none) -> observed(p, helper(chain)),
            t -> {
              Box last = new Box();
              last.number = number(t);
              chain.next = last;
            }));
    Box arrayed = new Box();
    all.add(
        new Changing(
            "array in a field, which is another",
            (p, none) -> observed(p, arrayed.numbers[1]),
            t -> arrayed.numbers = new double[] {0, number(t)}));
    all.add(new Changing("static field", (p, none) -> observed(p, held), t -> held = number(t)));
    all.add(
        new Changing(
            "static array", (p, none) -> observed(p, TABLE[2]), t -> TABLE[2] = number(t)));
    Mode[] mode = {Mode.LOW};
    all.add(
        new Changing(
            "enum in an array",
            (p, none) -> observed(p, mode[0].number),
            t -> mode[0] = number(t) > 1 ? Mode.HIGH : Mode.LOW));
    all.add(
        new Changing(
            "field of an enum",
            (p, none) -> observed(p, Mode.HIGH.shift),
            t -> Mode.HIGH.shift = number(t)));
    List<Double> list = new ArrayList<>(List.of(1.0, 2.0));
    all.add(
        new Changing("list", (p, none) -> observed(p, list.get(1)), t -> list.set(1, number(t))));
    Map<String, Double> map = new HashMap<>();
    all.add(
        new Changing(
            "map",
            (p, none) -> observed(p, map.getOrDefault("a", 0.0)),
            t -> map.put("a", number(t))));
    Deque<Integer> deque = new ArrayDeque<>();
    all.add(
        new Changing(
            "size of a deque",
            (p, none) -> observed(p, deque.size()),
            t -> {
              deque.clear();
              for (int i = 0; i < number(t); i++) {
                deque.add(i);
              }
            }));
    Own own = new Own();
    all.add(
        new Changing(
            "fields of a class of programs",
            own,
            t -> {
              own.scale = number(t);
              own.number = Math.floorDiv(2 * t, 9);
              own.isOn = t % 13 < 6;
            }));
    Moving moving = new Moving();
    all.add(
        new Changing(
            "field of a handler, under another",
            reading(() -> 1).with(moving).with(new Prefix("in")),
            t -> moving.number = (int) number(t)));
    Settings settings = new Settings(new Box(), new ArrayList<>(List.of(0.0)));
    all.add(
        new Changing(
            "record of changing things",
            (p, none) -> observed(p, settings.box().number + settings.list().get(0)),
            t -> settings.list().set(0, number(t))));
    FieldReader reader = new FieldReader();
    Reader behind = reader;
    all.add(
        new Changing(
            "behind an interface",
            (p, none) -> observed(p, behind.read()),
            t -> reader.box.number = number(t)));
    Box nested = new Box();
    all.add(
        new Changing(
            "function made within, of streams",
            (p, none) -> {
              DoubleUnaryOperator add = x -> x + nested.number;
              observed(p, DoubleStream.of(1, 2).map(add).sum());
            },
            t -> nested.number = number(t)));
    Box inner = new Box();
    ToDoubleFunction<Box> outside = each -> each.number * 3;
    all.add(
        new Changing(
            "function that is captured",
            (p, none) -> observed(p, outside.applyAsDouble(inner)),
            t -> inner.number = number(t)));
    StringBuilder text = new StringBuilder("0");
    all.add(
        new Changing(
            "text",
            (p, none) -> observed(p, Double.parseDouble(text.toString())),
            t -> text.replace(0, text.length(), "" + number(t))));
    NDArray tensor = manager.create(new double[] {1, 2, 3});
    all.add(
        new Changing(
            "plain tensor, written in place",
            (p, none) -> {
              NDArray x = p.sample("x", Normal.of(0, 10));
              p.observe("y", Normal.of(x, 0.5), p.constant(tensor).get(1));
            },
            t -> tensor.set(new double[] {1, number(t), 3})));
    NDManager copies = manager;
    all.add(
        new Changing(
            "value by Tensors.copy",
            (p, none) -> {
              NDArray x = p.sample("x", Normal.of(0, 10));
              try (NDArray copy = Tensors.copy(x, copies)) {
                p.observe("y", Normal.of(x, 0.5), copy.toDoubleArray()[0] > 0 ? 1 : 2);
              }
            },
            t -> {}));
    // --- beyond what can be judged
    all.add(
        new Changing(
            "clock",
            (p, none) -> observed(p, Instant.now().toEpochMilli() % 1 + held),
            t -> held = 1));
    Random random = new Random(3);
    all.add(new Changing("random numbers", (p, none) -> observed(p, random.nextInt(1)), t -> {}));
    String key = ChangingPrograms.class.getName();
    all.add(
        new Changing(
            "system property",
            (p, none) -> observed(p, Double.parseDouble(System.getProperty(key, "0"))),
            t -> System.setProperty(key, "" + number(t)),
            () -> System.clearProperty(key)));
    Path file = folder.resolve("number.txt");
    all.add(
        new Changing(
            "file", (p, none) -> observed(p, read(file)), t -> write(file, "" + number(t))));
    int[] runs = new int[1];
    all.add(
        new Changing(
            "counter of its own runs",
            (p, none) -> observed(p, Math.floorDiv(runs[0]++, 1_000_000)),
            t -> {}));
    double[] large = new double[5000];
    all.add(
        new Changing(
            "array of 5,000 numbers",
            (p, none) -> observed(p, large[4999]),
            t -> large[4999] = number(t)));
    return all.build();
  }

  private static double read(Path file) {
    try {
      return Double.parseDouble(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Path unused = Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
