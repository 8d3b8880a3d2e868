package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.DoubleStream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Draw;
import org.ppl4j.distributions.Normal;
import org.ppl4j.handlers.Condition;
import org.ppl4j.handlers.Do;
import org.ppl4j.handlers.Mask;
import org.ppl4j.handlers.Prefix;
import org.ppl4j.handlers.Scale;
import org.ppl4j.handlers.Uncondition;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.DistributionCase;
import org.ppl4j.testing.DistributionCases;
import org.ppl4j.testing.LeakCheck;

/** Programs and data that go to another JVM as bytes and come back. */
@ExtendWith(LeakCheck.class)
@Tag("spread.1")
class ParcelTest {

  private static final RunConfig CONFIG = RunConfig.defaults();

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  // --- what travels

  static List<DistributionCase> distributions() {
    return DistributionCases.all();
  }

  @ParameterizedTest
  @MethodSource("distributions")
  void distributionsOfPlainNumbersComeBackAsTheyWere(DistributionCase row) {
    Distribution before = row.withoutRun();

    Distribution after = Parcel.ofCode(before).open();

    assertThat(after).hasToString(before.toString());
    assertThat(after.support()).hasToString(before.support().toString());
    try (Run run = Run.open(CONFIG, 0)) {
      assertThat(drawn(after, run)).isEqualTo(drawn(before, run));
    }
  }

  /** A draw and its log density. */
  private static List<Double> drawn(Distribution of, Run run) {
    Draw draw = of.on(run).draw(Rng.of(3, Rng.Purpose.MODEL, 0, "parcel"));
    return DoubleStream.concat(
            Arrays.stream(Tensors.values(draw.value())),
            Arrays.stream(Tensors.values(draw.logProb())))
        .boxed()
        .toList();
  }

  @Test
  void constantsComeBackAsThemselves() {
    Constraint bounded = Constraint.interval(0, 2);

    assertThat(Parcel.ofCode(Constraint.POSITIVE).open()).isSameAs(Constraint.POSITIVE);
    assertThat(Parcel.ofCode(bounded).open()).isEqualTo(bounded);
    assertThat(Parcel.ofCode(CONFIG.withSeed(7).withDevice(Device.cpu())).open())
        .isEqualTo(CONFIG.withSeed(7));
  }

  @Test
  void aProgramComesBackWithWhatItHasCaptured() {
    double scale = 3;
    double[] numbers = {1, 2};
    NDArray vector = Tensors.vector(4, 5);
    Distribution prior = Normal.of(0, 2);
    Program<NDArray> program =
        (p, data) -> {
          NDArray x = p.sample("x", prior);
          try (Plate rows = p.plate("rows", 2)) {
            p.observe("y", Normal.of(x.add(p.constant(numbers)).add(vector), scale), data);
          }
        };

    Program<NDArray> same = Parcel.ofCode(program).open();

    assertThat(same).isNotSameAs(program);
    assertThat(logJoint(same)).isEqualTo(logJoint(program));
  }

  @Test
  void handlersTravel() {
    Program<NDArray> program =
        (p, data) -> {
          NDArray x = p.sample("x", Normal.of(0, 2));
          NDArray z = p.sample("z", Normal.of(x, 2));
          try (Plate rows = p.plate("rows", 2)) {
            p.observe("y", Normal.of(z, 1), data);
          }
        };
    List<Handler> handlers =
        List.of(
            new Condition("x", 0.5),
            new Do("z", Tensors.number(0.25)),
            new Mask(false),
            new Scale(2),
            new Uncondition(),
            new Prefix("all"));

    for (Handler handler : handlers) {
      Program<NDArray> under = program.with(handler);
      assertThat(logJoint(Parcel.ofCode(under).open())).isEqualTo(logJoint(under));
    }
  }

  private static double logJoint(Program<NDArray> program) {
    try (NDManager own = NDManager.newBaseManager();
        ParamStore params = new ParamStore(own, CONFIG);
        Run run = Run.open(CONFIG, 0)) {
      NDArray data = run.create(new double[] {1, 2}, new Shape(2));
      Trace trace = Execution.record(run, params, Rng.Purpose.MODEL, program, data);
      return Tensors.values(trace.logJoint())[0];
    }
  }

  /** Data as users write them: tensors at all depths beside plain numbers. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Rows(
      NDArray x,
      List<NDArray> list,
      Map<String, NDArray> map,
      Optional<NDArray> some,
      Optional<String> none,
      NDList djl,
      double[][] plain,
      NDArray @Nullable [] absent,
      DataClassesTest.CaseClass caseClass) {}

  @Test
  void dataComeBackWithEqualNumbersAndWithoutAManager() {
    NDArray x = manager.create(new float[] {1.5f, 2}, new Shape(1, 2));
    NDArray counts = manager.create(new int[] {3, 4});
    NDArray truths = manager.create(new boolean[] {true, false});
    NDArray named = manager.create(2.5);
    named.setName("named");
    Rows rows =
        new Rows(
            x,
            List.of(counts, truths),
            Map.of("named", named),
            Optional.of(x),
            Optional.empty(),
            new NDList(counts),
            new double[][] {{1}, {2, 3}},
            null,
            new DataClassesTest.CaseClass(x, "label"));

    Rows same = Parcel.ofData(rows).open();

    checkEqual(same.x(), x, DataType.FLOAT64);
    checkEqual(same.list().get(0), counts, DataType.INT64);
    checkEqual(same.list().get(1), truths, DataType.BOOLEAN);
    checkEqual(same.map().get("named"), named, DataType.FLOAT64);
    assertThat(same.map().get("named").getName()).isEqualTo("named");
    checkEqual(same.some().orElseThrow(), x, DataType.FLOAT64);
    assertThat(same.none()).isEmpty();
    checkEqual(same.djl().get(0), counts, DataType.INT64);
    assertThat(same.plain()).isDeepEqualTo(rows.plain());
    assertThat(same.absent()).isNull();
    checkEqual(same.caseClass().x(), x, DataType.FLOAT64);
    assertThat(same.caseClass().label()).isEqualTo("label");
    assertThat(Parcel.<@Nullable NDArray>ofData(null).open()).isNull();
  }

  private static void checkEqual(NDArray tensor, NDArray before, DataType type) {
    assertThat(Tensors.values(tensor)).containsExactly(Tensors.values(before));
    assertThat(tensor.getShape()).isEqualTo(before.getShape());
    assertThat(tensor.getDataType()).isEqualTo(type);
  }

  // --- what does not

  private static void checkRefused(Program<NDArray> program, String text) {
    assertThatThrownBy(() -> Parcel.ofCode(program))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(text);
  }

  private static String captured(String name, String why) {
    return "'"
        + name
        + "', which a function of class org.ppl4j.ParcelTest has captured cannot travel to another"
        + " JVM, since it is "
        + why;
  }

  record Settings(double rate, List<NDArray> weights) {}

  private static final class Helper {
    private int count;

    double next() {
      return count++;
    }
  }

  private static final String TENSOR =
      "a tensor of shape (2); pass it with the data, or capture its numbers and call p.constant on"
          + " them";

  @Test
  void whatCannotTravelIsRefusedByName() {
    NDArray weights = manager.create(new double[] {1, 2});
    checkRefused(
        (p, x) -> p.sample("w", Normal.of(p.constant(weights), 1)), captured("weights", TENSOR));

    Settings settings = new Settings(0.1, List.of(weights));
    checkRefused(
        (p, x) -> p.sample("w", Normal.of(p.constant(settings.weights().get(0)), 1)),
        "field 'weights' of org.ppl4j.ParcelTest$Settings, in " + captured("settings", TENSOR));

    NDArray[] all = {weights};
    checkRefused(
        (p, x) -> p.sample("w", Normal.of(p.constant(all[0]), 1)), captured("all", TENSOR));

    NDManager own = manager;
    checkRefused(
        (p, x) -> own.create(1),
        captured("own", "a manager of tensors; make one where it is needed"));

    ExecutorService pool = ForkJoinPool.commonPool();
    checkRefused(
        (p, x) -> pool.isShutdown(),
        captured(
            "pool",
            "threads (java.util.concurrent.ForkJoinPool), which belong to this JVM; leave them"
                + " out"));

    InputStream stream = new ByteArrayInputStream(new byte[1]);
    checkRefused(
        (p, x) -> stream.markSupported(),
        captured(
            "stream",
            "an open file or stream (java.io.ByteArrayInputStream); read it before, and pass what"
                + " was read"));

    try (ParamStore store = new ParamStore(manager, CONFIG)) {
      checkRefused(
          (p, x) -> p.sample("of " + store.names(), Normal.of(0, 1)),
          captured(
              "store",
              "a org.ppl4j.params.ParamStore, which owns memory of this JVM; capture the numbers"
                  + " that are needed of it"));
    }

    Function<NDArray, NDArray> square = x -> x.mul(x);
    checkRefused(
        (p, x) -> p.sample("w", Normal.of(square.apply(x), 1)),
        captured(
            "square",
            "a function of class org.ppl4j.ParcelTest whose interface is not Serializable; make it"
                + " one that is"));

    Helper helper = new Helper();
    double before = 1;
    checkRefused(
        (p, x) -> p.sample("w", Normal.of(before, helper.next())),
        captured(
            "helper",
            "a org.ppl4j.ParcelTest$Helper, which is neither Serializable nor a record or data"
                + " class; make it one"));

    checkRefused(
        (p, x) -> manager.create(before),
        captured(
            "this",
            "a org.ppl4j.ParcelTest, which is neither Serializable nor a record or data class; make"
                + " it one"));

    Program<NDArray> inner = (p, x) -> p.sample("w", Normal.of(p.constant(weights), 1));
    Program<NDArray> outer = (p, x) -> inner.run(p, x);
    checkRefused(
        outer.with(new Uncondition()),
        captured("weights", TENSOR)
            .replace(
                " has captured cannot",
                " has captured, in 'inner', which a function of class org.ppl4j.ParcelTest has"
                    + " captured, in 'this', which a function of class org.ppl4j.Program has"
                    + " captured cannot"));
  }

  @Test
  void aTensorOfARunIsRefused() {
    try (Run run = Run.open(CONFIG, 0)) {
      NDArray ofRun = run.create(new double[] {1, 2}, new Shape(2));

      assertThatThrownBy(() -> Parcel.ofData(Map.of("x", ofRun)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("since it is a tensor of a run; keep a copy by Tensors.detached");
    }
  }

  // --- the jars of both sides

  @Test
  void bothSidesHaveTheSameJars(@TempDir Path folder) throws Exception {
    Path old = compiled(folder.resolve("old"), "return 1;");
    Path changed = compiled(folder.resolve("changed"), "return 2;");
    Path jar = jar(old, folder.resolve("old.jar"));
    Parcel<Object> parcel;
    try (URLClassLoader loader = loader(old)) {
      parcel = Parcel.ofCode(made(loader));
    }

    try (URLClassLoader loader = loader(jar)) {
      assertThat(with(loader, parcel::open).getClass().getClassLoader()).isSameAs(loader);
    }
    // by another parcel of the same, since one that was opened is not checked again
    Parcel<Object> another;
    try (URLClassLoader loader = loader(old)) {
      another = Parcel.ofCode(made(loader));
    }
    try (URLClassLoader loader = loader(changed)) {
      assertThatThrownBy(() -> with(loader, another::open))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageMatching(
              "the jar of class Sent has hash [0-9a-f]{16} here, but [0-9a-f]{16} where the work"
                  + " comes from; give both sides the same jars");
    }
    assertThatThrownBy(another::open)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("class Sent is not on this side's class path; give both sides the same jars");
  }

  private static Object made(ClassLoader loader) throws ReflectiveOperationException {
    return loader.loadClass("Sent").getConstructor().newInstance();
  }

  private static <T> T with(ClassLoader loader, Supplier<T> work) {
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(loader);
    try {
      return work.get();
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private static URLClassLoader loader(Path place) throws IOException {
    return new URLClassLoader(new URL[] {place.toUri().toURL()}, ParcelTest.class.getClassLoader());
  }

  private static Path compiled(Path folder, String body) throws IOException {
    Path source = Files.createDirectories(folder).resolve("Sent.java");
    Files.writeString(
        source,
        "public final class Sent implements java.io.Serializable { public int get() { "
            + body
            + " } }");
    int status =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, "-proc:none", source.toString());
    assertThat(status).isZero();
    return folder;
  }

  private static Path jar(Path folder, Path jar) throws IOException {
    try (JarOutputStream to = new JarOutputStream(Files.newOutputStream(jar))) {
      to.putNextEntry(new JarEntry("Sent.class"));
      to.write(Files.readAllBytes(folder.resolve("Sent.class")));
      to.closeEntry();
    }
    return jar;
  }
}
