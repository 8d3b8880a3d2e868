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
  private record Shifting(int version) implements TransformModule {

    @Override
    public List<TensorSpec> tensors() {
      TensorSpec shift = TensorSpec.parameter("shift", new Shape(), 3);
      TensorSpec mean = TensorSpec.buffer("mean", new Shape(), (rng, run) -> run.scalar(1));
      return TensorSpec.ofVersion(version, List.of(shift, mean));
    }

    @Override
    public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
      return Bijections.affine(tensors.get("shift"), Tensors.run(tensors.get("mean")).scalar(1));
    }
  }

  /** A flow of which the middle has come to mean something else. */
  private static TransformModule flow(int version) {
    TransformModule log = Bijections.exp().inverted();
    return log.then(new Shifting(version)).then(new Shifting(1));
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

  private static String wrong(int here, int there) {
    return "module 'flow' has tensor '1.shift' of version %s, but the one that was saved is of"
            .formatted(here)
        + " version %s, by which its numbers make something else; train it anew, or read it with"
            .formatted(there)
        + " the release that saved it";
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
              .hasMessage(wrong(versions[1], versions[0]));
          assertThat(image(params, flow(versions[0]))).isEqualTo(6);
        }
        try (ParamStore params = new ParamStore(manager, CONFIG)) {
          assertThat(image(params, here)).isEqualTo(6);
          params.set("flow.2.shift", 5);
          assertThatThrownBy(() -> params.load(path))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage(
                  "file '" + path + "' does not fit the store: " + wrong(versions[1], versions[0]));
          assertThat(image(params, here)).isEqualTo(8);
        }
      }
    }
  }

  /** What was saved before files had versions is of version 1. */
  @Test
  void filesWithoutVersionsAreOfTheFirst() {
    try (NDManager manager = NDManager.newBaseManager()) {
      TensorFile file = TensorFile.read(saved(manager, 2));
      assertThat(file.text("versions")).isEqualTo("{\"flow\":{\"1.shift\":2,\"1.mean\":2}}");
      Path path = folder.resolve("old");
      TensorFile.Builder old = TensorFile.builder();
      file.entries().forEach((name, tensor) -> put(old, name, tensor));
      file.texts().forEach((name, text) -> old.put(name, name.equals("versions") ? "{}" : text));
      old.write(path);
      try (ParamStore params = ParamStore.open(manager, path)) {
        assertThat(image(params, flow(1))).isEqualTo(6);
      }
      try (ParamStore params = ParamStore.open(manager, path)) {
        assertThatThrownBy(() -> image(params, flow(2))).hasMessage(wrong(2, 1));
      }
    }
  }

  private static void put(TensorFile.Builder file, String name, TensorFile.Entry tensor) {
    file.put(name, tensor.type(), tensor.shape(), tensor.values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "{\"b\":2}", "{\"a\":1}", "{\"a\":0}", "{\"a\":[]}", "{\"a\":true}"})
  void versionsAreChecked(String versions) {
    Path path = folder.resolve("forged");
    TensorFile.Builder forged =
        TensorFile.builder()
            .put("parameters", "[]")
            .put("seed", "1")
            .put("floatType", FloatType.FLOAT64.name())
            .put("updated", "[]")
            .put("modules", "{\"m\":[\"a\"]}")
            .put("versions", "{\"m\":" + versions + "}");
    forged.write(path);
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThatThrownBy(() -> ParamStore.open(manager, path))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "file '%s' has versions '%s' of module 'm', which are no numbers above 1 of its"
                      .formatted(path, versions)
                  + " tensors [a]");
      forged.put("versions", "{\"n\":{}}").write(path);
      assertThatThrownBy(() -> ParamStore.open(manager, path))
          .hasMessage(
              "file '%s' has versions of module 'n', which it does not have".formatted(path));
    }
  }
}
