package org.ppl4j.params;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Files whose numbers have come to mean something else are refused, all others are read. */
@ExtendWith(LeakCheck.class)
final class ModuleVersionsTest {

  private static final RunConfig CONFIG = RunConfig.defaults();

  @TempDir private Path folder;

  /** y = shift + x, whose shift meant something else in each version before. */
  private record Shifting(String family, int version) implements TransformModule {

    @Override
    public List<TensorSpec> tensors() {
      TensorSpec shift = TensorSpec.parameter("shift", new Shape(), 3);
      TensorSpec mean = TensorSpec.buffer("mean", new Shape(), (rng, run) -> run.scalar(1));
      return TensorSpec.ofFamily(new Family(family, version), shift, mean);
    }

    @Override
    public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
      return Bijections.affine(tensors.get("shift"), Tensors.run(tensors.get("mean")).scalar(1));
    }
  }

  /** A flow of which the middle has come to mean something else. */
  private static TransformModule flow(int version) {
    TransformModule log = Bijections.exp().inverted();
    return log.then(new Shifting("shifting", version)).then(new Shifting("other", 1));
  }

  private static double image(ParamStore params, TransformModule module) {
    try (Run run = Run.open(CONFIG, 0)) {
      NDArray image = params.transform(run, "flow", module).forward(run.scalar(1)).value();
      return Tensors.values(image)[0];
    }
  }

  private Path saved(NDManager manager, int version) {
    Path path = folder.resolve("version" + version);
    try (ParamStore params = new ParamStore(manager, CONFIG)) {
      assertThat(image(params, flow(version))).isEqualTo(6);
      params.save(path);
    }
    return path;
  }

  private static String wrong(String family, int here, int there) {
    return "module 'flow' was saved with '%s' of version %s, but here it is of version %s"
            .formatted(family, there, here)
        + (there < here
            ? ", which makes something else of the same numbers; train it anew and save it again,"
                + " or read it with the release that saved it"
            : "; save it again with this release, or update PPL4J to the one that saved it");
  }

  @Test
  void filesOfTheSameVersionAreRead() {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int version = 1; version <= 3; version++) {
        Path path = saved(manager, version);
        try (ParamStore params = ParamStore.open(manager, path)) {
          assertThat(image(params, flow(version))).isEqualTo(6);
          Path again = folder.resolve("again");
          params.save(again);
          params.load(again);
          assertThat(image(params, flow(version))).isEqualTo(6);
        }
      }
    }
  }

  @Test
  void filesOfAnotherVersionAreRefusedWhenTheModuleIsThere() {
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int[] versions : new int[][] {{1, 2}, {2, 3}, {2, 1}}) {
        Path path = saved(manager, versions[0]);
        TransformModule here = flow(versions[1]);
        try (ParamStore params = ParamStore.open(manager, path)) {
          assertThatThrownBy(() -> image(params, here))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage(wrong("shifting", versions[1], versions[0]));
          assertThat(image(params, flow(versions[0]))).isEqualTo(6);
        }
        try (ParamStore params = new ParamStore(manager, CONFIG)) {
          assertThat(image(params, here)).isEqualTo(6);
          params.set("flow.2.shift", 5);
          assertThatThrownBy(() -> params.load(path))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage(
                  "file '%s' does not fit the store: %s"
                      .formatted(path, wrong("shifting", versions[1], versions[0])));
          assertThat(image(params, here)).isEqualTo(8);
        }
      }
    }
  }

  @Test
  void filesNameTheFamiliesOfWhatTheyHold() {
    try (NDManager manager = NDManager.newBaseManager()) {
      TensorFile file = TensorFile.read(saved(manager, 2));
      assertThat(file.text("families")).isEqualTo("{\"flow\":{\"shifting\":2,\"other\":1}}");
      assertThat(file.text("versions")).isEqualTo("{}");
    }
  }

  /** A file that has these texts in the place of what it says of families. */
  private Path old(TensorFile file, String families, String versions) {
    Path path = folder.resolve("old");
    TensorFile.Builder old = TensorFile.builder();
    file.entries().forEach((name, tensor) -> put(old, name, tensor));
    file.texts().forEach(old::put);
    old.put("families", families).put("versions", versions).write(path);
    return path;
  }

  private static void assertRefused(NDManager manager, Path path, int here, String words) {
    try (ParamStore params = ParamStore.open(manager, path)) {
      assertThatThrownBy(() -> image(params, flow(here)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(words);
    }
  }

  /** What was saved before files had versions is of version 1. */
  @Test
  void filesWithoutVersionsAreOfTheFirst() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Path path = old(TensorFile.read(saved(manager, 2)), "{}", "{}");
      try (ParamStore params = ParamStore.open(manager, path)) {
        assertThat(image(params, flow(1))).isEqualTo(6);
      }
      assertRefused(manager, path, 2, wrong("shifting", 2, 1));
    }
  }

  /**
   * Later files had versions of tensors, and only then of families; saved again, they name them.
   */
  @Test
  void filesWithVersionsOfTensorsAreRead() {
    try (NDManager manager = NDManager.newBaseManager()) {
      String versions = "{\"flow\":{\"1.shift\":2,\"1.mean\":2}}";
      Path path = old(TensorFile.read(saved(manager, 2)), "{}", versions);
      Path again = folder.resolve("again");
      try (ParamStore params = ParamStore.open(manager, path)) {
        params.save(again);
        assertThat(TensorFile.read(again).text("versions")).isEqualTo(versions);
        assertThat(image(params, flow(2))).isEqualTo(6);
        params.save(again);
        assertThat(TensorFile.read(again).text("families")).contains("\"shifting\":2");
      }
      assertRefused(manager, path, 1, wrong("tensor 1.shift", 1, 2));
      assertRefused(manager, path, 3, wrong("tensor 1.shift", 3, 2));
    }
  }

  /** Of version 1 a family may have been called something else, or be gone. */
  @Test
  void familiesThatAreNotHereAreRefusedAboveTheFirstVersion() {
    try (NDManager manager = NDManager.newBaseManager()) {
      TensorFile file = TensorFile.read(saved(manager, 1));
      try (ParamStore params =
          ParamStore.open(manager, old(file, "{\"flow\":{\"gone\":1}}", "{}"))) {
        assertThat(image(params, flow(1))).isEqualTo(6);
      }
      assertRefused(
          manager,
          old(file, "{\"flow\":{\"gone\":2}}", "{}"),
          1,
          "module 'flow' was saved with 'gone' of version 2, but here it has no 'gone'; use the"
              + " module that made it, or update PPL4J to the release that saved it");
    }
  }

  private static void put(TensorFile.Builder file, String name, TensorFile.Entry tensor) {
    file.put(name, tensor.type(), tensor.shape(), tensor.values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "{\"b\":2}", "{\"a\":1}", "{\"a\":0}", "{\"a\":[]}", "{\"a\":true}"})
  void versionsAreChecked(String versions) {
    assertForged("versions", versions, "which are no numbers from 2 of its tensors [a]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "{\"a\":0}", "{\"a\":[]}", "{\"a\":true}"})
  void familiesAreChecked(String families) {
    assertForged("families", families, "which are no numbers from 1");
  }

  private void assertForged(String text, String versions, String why) {
    Path path = folder.resolve("forged");
    TensorFile.Builder forged =
        TensorFile.builder()
            .put("parameters", "[]")
            .put("seed", "1")
            .put("floatType", FloatType.FLOAT64.name())
            .put("updated", "[]")
            .put("modules", "{\"m\":[\"a\"]}")
            .put(text, "{\"m\":" + versions + "}");
    forged.write(path);
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThatThrownBy(() -> ParamStore.open(manager, path))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "file '%s' has %s '%s' of module 'm', %s".formatted(path, text, versions, why));
      forged.put(text, "{\"n\":{}}").write(path);
      assertThatThrownBy(() -> ParamStore.open(manager, path))
          .hasMessage("file '%s' has %s of module 'n', which it does not have", path, text);
    }
  }
}
