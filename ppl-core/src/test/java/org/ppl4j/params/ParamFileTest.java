package org.ppl4j.params;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.Execution;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Parameters come back from a file, bit by bit; files that do not fit change nothing. */
@ExtendWith(LeakCheck.class)
final class ParamFileTest {

  private static final RunConfig CONFIG = RunConfig.defaults().withSeed(42);

  /** y = w + b with a buffer b. */
  private static final TransformModule MODULE =
      new TransformModule() {
        @Override
        public List<TensorSpec> tensors() {
          return List.of(
              TensorSpec.parameter("w", new Shape(2), (rng, run) -> rng.normal(run, new Shape(2))),
              TensorSpec.buffer("b", new Shape(2), (rng, run) -> rng.normal(run, new Shape(2))));
        }

        @Override
        public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
          return Bijections.affine(tensors.get("b"), tensors.get("w").exp());
        }
      };

  /** One of each constraint, a module, and in a second execution one more. */
  private static final Program<Void> PROGRAM =
      (p, none) -> {
        NDArray loc = p.param("loc", () -> p.run().create(new double[] {0.1, -2, 3}, new Shape(3)));
        NDArray scale = p.param("scale", () -> p.scalar(0.3), Constraint.POSITIVE);
        NDArray share = p.param("share", () -> p.scalar(0.7), Constraint.interval(0, 2));
        NDArray weights =
            p.param(
                "weights",
                () -> p.run().create(new double[] {0.2, 0.3, 0.5}, new Shape(3)),
                Constraint.SIMPLEX);
        p.factor("f", loc.mul(weights).sum().add(scale).add(share));
        p.factor("g", p.module("module", MODULE).forward(loc.get("1:")).value().sum());
      };

  private static final Program<Void> MORE =
      (p, none) -> p.factor("f", p.param("later", () -> p.scalar(9)));

  @TempDir Path folder;
  private NDManager manager;
  private ParamStore params;
  private Path path;

  @BeforeEach
  void open() {
    manager = NDManager.newBaseManager();
    path = folder.resolve("params.ppl");
    params = new ParamStore(manager, CONFIG);
    execute(params, PROGRAM);
    execute(params, MORE);
  }

  @AfterEach
  void close() {
    params.close();
    manager.close();
  }

  @CanIgnoreReturnValue
  private static double execute(ParamStore store, Program<Void> program) {
    RunConfig config = store.config().orElse(CONFIG);
    try (Run run = Run.open(config, 0)) {
      return Tensors.values(
          Execution.record(run, store, Rng.Purpose.MODEL, program, null).logJoint())[0];
    }
  }

  private static Map<String, List<Double>> values(ParamStore store) {
    Map<String, List<Double>> values = new TreeMap<>();
    for (String name : store.names()) {
      values.put(name, java.util.Arrays.stream(store.value(name)).boxed().toList());
    }
    return values;
  }

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void storeComesBackWithoutRunningAnything(FloatType type) {
    try (ParamStore first = new ParamStore(manager, CONFIG.withFloatType(type))) {
      double density = execute(first, PROGRAM);
      execute(first, MORE);
      first.save(path);
      try (ParamStore again = ParamStore.open(path)) {
        assertThat(again.names()).containsExactlyElementsOf(first.names());
        assertThat(again.slots()).isEqualTo(first.slots());
        assertThat(again.config()).contains(CONFIG.withFloatType(type));
        for (int i = 0; i < first.chunks().size(); i++) {
          assertThat(again.chunks().get(i).values()).isEqualTo(first.chunks().get(i).values());
        }
        assertThat(values(again)).isEqualTo(values(first));
        assertThat(again.shape("weights")).isEqualTo(new Shape(3));
        assertThat(execute(again, PROGRAM)).isEqualTo(density);
      }
    }
  }

  @Test
  void otherProgramsReadTheNumbersByName() {
    params.set("scale", 2);
    params.save(path);
    TensorFile file = TensorFile.read(path);

    assertThat(file.entries().get("parameters/scale").values()).containsExactly(Math.log(2));
    assertThat(file.entries().get("parameters/loc").values()).containsExactly(0.1, -2, 3);
    assertThat(file.entries().get("parameters/weights").shape()).isEqualTo(new Shape(2));
    assertThat(file.entries().get("buffers/module.b").values()).hasSize(2);
  }

  @Test
  void existingStoreIsOverwritten() {
    params.save(path);
    Map<String, List<Double>> before = values(params);
    params.set("loc", 7, 8, 9);
    params.set("later", 1);

    params.load(path);

    assertThat(values(params)).isEqualTo(before);
  }

  @Test
  void orderAndChunksMayDifferInAnExistingStore() {
    params.set("later", 77);
    params.save(path);
    try (ParamStore other = new ParamStore(manager, CONFIG.withSeed(3))) {
      execute(other, MORE);
      execute(other, PROGRAM);
      other.load(path);

      assertThat(values(other)).isEqualTo(values(params));
      assertThat(execute(other, PROGRAM)).isEqualTo(execute(params, PROGRAM));
      assertThat(other.config()).contains(CONFIG.withSeed(3));
    }
  }

  @Test
  void emptyStoresCanBeSaved() {
    try (ParamStore none = new ParamStore(manager, CONFIG)) {
      none.save(path);
    }
    try (ParamStore again = ParamStore.open(manager, path)) {
      assertThat(again.names()).isEmpty();
    }
  }

  // --- files that do not fit

  private static Program<Void> withParam(String name, double value, Constraint constraint) {
    return (p, none) -> p.factor("f", p.param(name, () -> p.scalar(value), constraint));
  }

  static Stream<Arguments> others() {
    return Stream.of(
        Arguments.of(
            withParam("a", 1, Constraint.REAL),
            withParam("b", 1, Constraint.REAL),
            "has parameter 'a', but the store has [b]"),
        Arguments.of(
            withParam("a", 1, Constraint.REAL),
            withParam("a", 1, Constraint.POSITIVE),
            "has parameter 'a' of constraint 'real', but the store has 'positive'"),
        Arguments.of(
            withParam("a", 1, Constraint.REAL),
            (Program<Void>)
                (p, none) -> p.factor("f", p.param("a", () -> p.run().ones(new Shape(2))).sum()),
            "has parameter 'a' of shape '()', but the store has '(2)'"),
        Arguments.of(
            withParam("a", 1, Constraint.REAL),
            (Program<Void>)
                (p, none) -> {
                  withParam("a", 1, Constraint.REAL).run(p, null);
                  p.factor("g", p.param("c", () -> p.scalar(1)));
                },
            "has parameters [a], but the store has 'c' too"));
  }

  @ParameterizedTest
  @MethodSource("others")
  void otherStructureChangesNothing(Program<Void> saved, Program<Void> there, String message) {
    try (ParamStore from = new ParamStore(manager, CONFIG);
        ParamStore to = new ParamStore(manager, CONFIG)) {
      execute(from, saved);
      from.save(path);
      execute(to, there);
      Map<String, List<Double>> before = values(to);

      assertThatThrownBy(() -> to.load(path))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "file '"
                  + path
                  + "' "
                  + message
                  + "; load it into a store of the program that saved it, or into an empty one");
      assertThat(values(to)).isEqualTo(before);
    }
  }

  @Test
  void otherFloatTypeChangesNothing() {
    params.save(path);
    try (ParamStore to = new ParamStore(manager, CONFIG.withFloatType(FloatType.FLOAT32))) {
      assertThatThrownBy(() -> to.load(path))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "file '"
                  + path
                  + "' has parameters in FLOAT64, but the store is in FLOAT32; build the store from"
                  + " a RunConfig of the file's float type");
      assertThat(to.names()).isEmpty();
    }
  }

  private TensorFile.Builder forged(String parameters) {
    return TensorFile.builder()
        .put("parameters", parameters)
        .put("seed", "1")
        .put("floatType", "FLOAT64")
        .put("updated", "[]")
        .put("modules", "{}")
        .put("parameters/a", FloatType.FLOAT64, new Shape(2), new double[] {1, 2});
  }

  private static String described(String more) {
    return "[{\"name\":\"a\",\"chunk\":0,\"constraint\":\"simplex\",\"shape\":[3]" + more + "}]";
  }

  static Stream<Arguments> forgeries() {
    return Stream.of(
        Arguments.of(
            described("").replace("[3]", "[4]"),
            "cannot give parameter 'a': parameter 'a'"
                + " has shape (4), but its numbers of shape (2) make (3)"),
        Arguments.of(
            described("").replace("simplex", "happy"),
            "cannot give parameter 'a': constraint 'happy' cannot be made from its text; use a"
                + " constant of Constraint, or bounds that are plain numbers"),
        Arguments.of(
            described("").replace("\"a\"", "\"z\""),
            "has no tensor 'parameters/z' in FLOAT64, but none"),
        Arguments.of(described("").replace(":0", ":3"), "has parameter 'a' twice, or not in order"),
        Arguments.of("{}", "has a text 'parameters' that is no JSON array"),
        Arguments.of("[[[[[]]]]]", "has a text 'parameters' that is no JSON array"),
        Arguments.of("[7]", "describes a parameter by '7', which is not of the format"),
        Arguments.of("[{}]", "describes a parameter by '{}', which is not of the format"));
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void textsAreChecked(String parameters, String message) {
    forged(parameters).write(path);

    assertThatThrownBy(() -> ParamStore.open(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("file '" + path + "' " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "updated|{}|has a text 'updated' that is no JSON array",
        "updated|[\"b\"]|says that buffer '\"b\"' was updated, but has none",
        "updated|[[]]|says that buffer '[]' was updated, but has none",
        "modules|[]|has a text 'modules' that is no JSON object",
        "modules|{\"m\":7}|describes module 'm' by '7', which is no list of names",
        "modules|{\"m\":[{}]}|describes module 'm' by '[{}]', which is no list of names"
      })
  void textsOfModulesAreChecked(String name, String text, String message) {
    forged(described("")).put(name, text).write(path);

    assertThatThrownBy(() -> ParamStore.open(path))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("file '" + path + "' " + message);
  }

  @Test
  void theForgeryItselfCouldBeLoaded() {
    forged(described("")).write(path);
    try (ParamStore store = ParamStore.open(manager, path)) {
      assertThat(store.shape("a")).isEqualTo(new Shape(3));
    }
  }

  @Test
  void boundsThatAreTensorsCannotBeSaved() {
    Program<Void> bounded =
        (p, none) -> {
          Constraint above = Constraint.greaterThan(p.run().ones(new Shape(2)));
          p.factor("f", p.param("x", () -> p.run().full(3, new Shape(2)), above).sum());
        };
    try (ParamStore store = new ParamStore(manager, CONFIG)) {
      execute(store, bounded);

      assertThatThrownBy(() -> store.save(path))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "parameter 'x' cannot be saved: constraint 'above (2)' cannot be made from its text;"
                  + " use a constant of Constraint, or bounds that are plain numbers");
      assertThat(path).doesNotExist();
    }
  }
}
