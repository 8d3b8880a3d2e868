package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Classes that are no records, but whose parts have names. */
@ExtendWith(LeakCheck.class)
class DataClassesTest {

  private static final RunConfig CONFIG = RunConfig.defaults();

  /** What scalac makes of {@code case class CaseClass(x: NDArray, label: String)}. */
  public static class CaseClass {
    private final NDArray x;
    private final String label;

    public CaseClass(NDArray x, String label) {
      this.x = x;
      this.label = label;
    }

    public NDArray x() {
      return x;
    }

    public String label() {
      return label;
    }
  }

  /** With getters, one of them of a truth value, and a further constructor. */
  public static final class Getters {
    private final boolean small;
    private final List<NDArray> all;

    public Getters(List<NDArray> all) {
      this(all, true);
    }

    public Getters(List<NDArray> all, boolean small) {
      this.all = all;
      this.small = small;
    }

    public List<NDArray> getAll() {
      return all;
    }

    public boolean isSmall() {
      return small;
    }
  }

  /** What it holds beside what its constructor takes would be lost. */
  public static final class Counting {
    private final NDArray x;
    private int count;

    public Counting(NDArray x) {
      this.x = x;
    }

    public NDArray x() {
      count++;
      return x;
    }

    public int count() {
      return count;
    }
  }

  /** The superclass holds something too. */
  public static final class Wider extends CaseClass {
    private final NDArray y;

    public Wider(NDArray y) {
      super(y, "y");
      this.y = y;
    }

    public NDArray y() {
      return y;
    }
  }

  private NDManager manager;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray pair() {
    return manager.create(new double[] {1, 2});
  }

  private static void checkRefused(Object data) {
    assertThatThrownBy(() -> BoundData.of(data, CONFIG))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "data of "
                + data.getClass().getName()
                + " may hold arrays that cannot be seen; use a record or a data class, whose"
                + " constructor takes all of its fields by name and that can be read by these"
                + " names, or implement Bindable");
  }

  @Test
  void partsAreFoundByTheirNames() {
    try (BoundData<CaseClass> cases = BoundData.of(new CaseClass(pair(), "a"), CONFIG);
        BoundData<Getters> getters =
            BoundData.of(new Getters(List.of(pair(), pair()), false), CONFIG);
        Run run = Run.open(CONFIG, 0)) {
      assertThat(cases.in(run).label()).isEqualTo("a");
      assertThat(Tensors.values(cases.in(run).x())).containsExactly(1, 2);
      assertThat(Tensors.namesOf(cases.in(run).x())).isEqualTo("'x'");
      assertThat(getters.in(run).getAll()).hasSize(2).allMatch(Tensors::isTensor);
      assertThat(getters.in(run).isSmall()).isFalse();
      assertThat(cases.key())
          .isEqualTo(keyOf(new CaseClass(pair(), "a")))
          .isNotEqualTo(keyOf(new CaseClass(pair(), "b")));
    }
  }

  private static DataKey keyOf(Object data) {
    try (BoundData<Object> bound = BoundData.of(data, CONFIG)) {
      return bound.key();
    }
  }

  @Test
  void whatAConstructorDoesNotTakeIsNotLost() {
    checkRefused(new Counting(pair()));
    checkRefused(new Wider(pair()));
  }

  /** What kotlinc makes of a data class: a constructor without names. */
  @Test
  void partsWithoutNamesAreFoundByTheirPlaces(@TempDir Path folder) throws Exception {
    String body =
        """
          private final ai.djl.ndarray.NDArray speed;
          private final int count;
          public %1$s(ai.djl.ndarray.NDArray speed, int count) {
            this.speed = speed;
            this.count = count;
          }
          public ai.djl.ndarray.NDArray getSpeed() { return speed; }
          public int getCount() { return count; }
        """;
    String components =
        """
          public ai.djl.ndarray.NDArray component1() { return speed; }
          public int component2() { return count; }
        """;
    Object kotlin = compiled(folder, "Kotlin", body + components);
    try (BoundData<Object> bound = BoundData.of(kotlin, CONFIG);
        Run run = Run.open(CONFIG, 0)) {
      Object data = bound.in(run);
      NDArray speed = (NDArray) data.getClass().getMethod("getSpeed").invoke(data);
      assertThat(Tensors.namesOf(speed)).isEqualTo("'speed'");
      assertThat(data.getClass().getMethod("getCount").invoke(data)).isEqualTo(7);
    }
    checkRefused(compiled(folder, "Nameless", body));
  }

  private Object compiled(Path folder, String name, String body)
      throws IOException, ReflectiveOperationException {
    Path source = folder.resolve(name + ".java");
    Files.writeString(source, "public final class " + name + " {\n" + body.formatted(name) + "}\n");
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                Path.of(NDArray.class.getProtectionDomain().getCodeSource().getLocation().getPath())
                    .toString(),
                source.toString());
    assertThat(status).isZero();
    try (URLClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
      return loader.loadClass(name).getConstructor(NDArray.class, int.class).newInstance(pair(), 7);
    }
  }
}
