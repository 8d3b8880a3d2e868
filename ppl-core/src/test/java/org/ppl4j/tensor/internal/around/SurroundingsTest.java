package org.ppl4j.tensor.internal.around;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.ppl4j.Handler;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.ReadsLaw;

/** What is found of what programs read around them. */
class SurroundingsTest {

  private static double counter;
  private double field = 1;
  private double other = 1;
  private final double constant = 1;

  private static Surroundings of(Object... programs) {
    return Surroundings.of(List.of(programs));
  }

  private Program<Void> reading() {
    return (p, none) -> p.sample("x", Normal.of(field, constant));
  }

  /** So that a plate that Kotlin closes by {@code use} does not read as a program of clocks. */
  @Test
  void whatKotlinsCompilerAddsIsTrusted() {
    assertThat(Origin.of(named("kotlin.ExceptionsKt"))).isEqualTo(Origin.TRUSTED);
    assertThat(Origin.of(named("kotlin.jvm.internal.Intrinsics"))).isEqualTo(Origin.TRUSTED);
    assertThat(Origin.of(named("kotlin.jvm.internal.Ref$IntRef"))).isEqualTo(Origin.OWN);
    assertThat(Origin.of(named("kotlin.random.Random"))).isEqualTo(Origin.OWN);
  }

  /** A class of this name. */
  private static Class<?> named(String name) {
    ClassWriter writer = new ClassWriter(0);
    String path = name.replace('.', '/');
    writer.visit(Opcodes.V17, Opcodes.ACC_PUBLIC, path, null, "java/lang/Object", null);
    byte[] code = writer.toByteArray();
    return new ClassLoader() {
      Class<?> made() {
        return defineClass(name, code, 0, code.length);
      }
    }.made();
  }

  @Test
  void aFieldThatIsReadIsCompared() {
    Surroundings surroundings = of(reading());
    assertThat(surroundings.isSame()).isTrue();
    assertThat(surroundings.unjudged()).isEmpty();

    field = 2;
    assertThat(surroundings.isSame()).isFalse();
    assertThat(surroundings.change())
        .contains("field 'field' of class '" + SurroundingsTest.class.getName() + "'");

    field = 1;
    assertThat(surroundings.isSame()).isTrue();
  }

  @Test
  void aFieldThatIsNotReadIsNot() {
    Surroundings surroundings = of(reading());
    other++;
    counter += other;
    assertThat(surroundings.isSame()).isTrue();
  }

  /** NaN is itself, and the zeros are two. */
  @Test
  void numbersAreComparedToTheBit() {
    field = Double.NaN;
    assertThat(of(reading()).isSame()).isTrue();
    field = 0.0;
    Surroundings surroundings = of(reading());
    field = -0.0;
    assertThat(surroundings.isSame()).isFalse();
  }

  /** A function that cannot be serialized may be any of those that its class makes in its form. */
  @Test
  void functionsThatCannotBeSerializedAreFollowed() {
    BiFunction<Run, NDArray, NDArray> function = (run, x) -> x.mul(counter);
    Surroundings surroundings = of(function);
    counter++;
    assertThat(surroundings.change().orElseThrow()).startsWith("field 'counter' of class ");
  }

  @Test
  void whatIsAskedForByNameIsNotCompared() {
    Program<Void> asked = (p, none) -> p.sample("x", Normal.of(p.value("a", () -> counter), 1));
    DoubleSupplier supplier = () -> counter;
    Program<Void> captured = (p, none) -> p.sample("x", Normal.of(p.value("a", supplier), 1));
    Program<Void> called =
        (p, none) -> p.sample("x", Normal.of(p.value("a", supplier), supplier.getAsDouble()));
    List<Surroundings> all = List.of(of(asked), of(captured), of(called));
    counter++;
    assertThat(all).extracting(Surroundings::isSame).containsExactly(true, true, false);
  }

  @Test
  void handlersAndProgramsWithinAreFollowed() {
    Handler handler =
        p -> {
          counter += 0;
          return new Handler.Frame() {};
        };
    Program<Void> model = (p, none) -> p.sample("x", Normal.of(0, 1));
    Surroundings surroundings = of(model.with(handler).with(p -> new Handler.Frame() {}));
    counter++;
    assertThat(surroundings.isSame()).isFalse();
    assertThat(surroundings.unjudged()).isEmpty();
  }

  @Test
  void whatCannotBeJudgedIsNamed() {
    Random random = new Random(1);
    Supplier<Double> clock = () -> (double) System.nanoTime();
    double[] large = new double[1001];
    Program<Void> model =
        (p, none) -> p.sample("x", Normal.of(random.nextDouble(), clock.get() + large[0]));

    assertThat(of(model).unjudged())
        .containsExactlyInAnyOrder(
            "what a function of class '"
                + SurroundingsTest.class.getName()
                + "' has captured, which is a java.util.Random",
            "what a function of class '"
                + SurroundingsTest.class.getName()
                + "' has captured, which has 1001 elements",
            "java.util.Random.nextDouble, which they call",
            "java.lang.System.nanoTime, which they call");
  }

  @Test
  void whatProgramsChangeThemselvesIsNamedAndNotCompared() {
    int[] runs = new int[1];
    Program<Void> model = (p, none) -> p.sample("x", Normal.of(runs[0]++, field));
    Surroundings surroundings = of(model);
    runs[0]++;
    surroundings.settle();
    assertThat(surroundings.isSame()).isTrue();
    assertThat(surroundings.unjudged())
        .containsExactly(
            "what a function of class '"
                + SurroundingsTest.class.getName()
                + "' has captured, which they change themselves");
    field++;
    assertThat(surroundings.isSame()).isFalse();
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Rows(double[] y, int[] group) {}

  /** Tensors are made of them, or sizes are asked for. */
  @Test
  void arraysThatAreTensorsAreNotRead() {
    Program<Rows> model =
        (p, rows) -> {
          try (Plate plate = p.plate("rows", rows.y().length)) {
            NDArray mean = p.pick(Tensors.vector(1, 2), plate.take(rows.group()));
            NDArray y = plate.take(rows.y());
            p.observe("y", Normal.of(mean.reshape(y.getShape().size()), 1), y);
          }
        };
    assertThat(of(model).readsArrays()).isFalse();
  }

  @Test
  void arraysThatJavaReadsOrGivesToOthersAreRead() {
    Program<Rows> element = (p, rows) -> p.sample("x", Normal.of(rows.y()[0], 1));
    Program<Rows> given = (p, rows) -> p.sample("x", Normal.of(Tensors.vector(rows.y()), 1));
    Program<Rows> stored =
        (p, rows) -> {
          int[] group = rows.group();
          p.sample("x", Normal.of(java.util.Arrays.stream(group).sum(), 1));
        };
    Program<Rows> copied =
        (p, rows) -> p.sample("x", Normal.of(p.constant(rows.y().clone()), 1).toEvent(1));
    assertThat(List.of(of(element), of(given), of(stored), of(copied)))
        .extracting(Surroundings::readsArrays)
        .containsOnly(true);
  }

  /** The library's own classes are trusted, a test's in the same packages are not. */
  @Test
  void everyPackageOfTheLibraryIsKnown() throws Exception {
    List<Class<?>> types = new ArrayList<>(ReadsLaw.publicTypes(Run.class));
    types.add(RunConfig.class);
    assertThat(types).hasSizeGreaterThan(200);
    assertThat(types).extracting(Origin::of).containsOnly(Origin.TRUSTED);
    assertThat(Origin.of(SurroundingsTest.class)).isEqualTo(Origin.OWN);
    assertThat(Origin.of(String.class)).isEqualTo(Origin.JAVA);
    assertThat(Origin.of(NDArray.class)).isEqualTo(Origin.TRUSTED);
  }

  /** Before each replay, which makes nothing. */
  @Test
  void lookingMakesNothing() {
    Surroundings surroundings = of(reading());
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    int same = 0;
    for (int i = 0; i < 10_000; i++) {
      same += surroundings.isSame() ? 1 : 0;
    }
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < 1000; i++) {
      same += surroundings.isSame() ? 1 : 0;
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(1000);
    assertThat(same).isEqualTo(11_000);
  }
}
