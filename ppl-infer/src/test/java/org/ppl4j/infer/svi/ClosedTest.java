package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.DoNotCall;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.density.Table;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.file.TensorFile;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.TransformModule;

/**
 * The law of what was closed: every public method of it, found by reflection, throws and names it,
 * and none writes a file.
 */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("MustBeClosedChecker") // closed by hand, which is what is tested
class ClosedTest {

  private static final Training SHORT = Training.standard().steps(5).batch(16);

  @TempDir Path folder;
  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private Path file;
  private byte[] good;
  private int judged;

  @BeforeEach
  void save() throws IOException {
    file = folder.resolve("good.ppl");
    TensorFile.builder().put("text", "good").write(file);
    good = Files.readAllBytes(file);
  }

  @AfterEach
  void close() throws IOException {
    assertThat(Files.readAllBytes(file)).isEqualTo(good);
    manager.close();
  }

  private NDArray table(int columns) {
    double[] values = new Random(5).doubles(50L * columns).toArray();
    return manager.create(values, new Shape(50, columns));
  }

  @Test
  void stores() {
    ParamStore params = new ParamStore(manager, RunConfig.defaults());
    params.close();

    check(params, "parameter store", 23);
  }

  @Test
  void fits() {
    try (ParamStore params = new ParamStore(manager)) {
      Svi<NDArray> svi = SavingProcess.fit(params);
      svi.run(SavingProcess.data(manager), 3);
      svi.close();

      check(svi, "svi", 15);
      assertThat(params.value("auto.loc")).hasSize(2);
    }
  }

  @Test
  void fitsOfAClosedStore() {
    ParamStore params = new ParamStore(manager);
    Svi<NDArray> svi = SavingProcess.fit(params);
    svi.run(SavingProcess.data(manager), 3);
    params.close();

    assertThatThrownBy(() -> svi.run(SavingProcess.data(manager), 3))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("parameter store is used after it was closed");
    assertThatThrownBy(() -> svi.save(file))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("parameter store is used after it was closed");
    assertThatThrownBy(() -> SavingProcess.fit(params)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void densities() {
    Density density = DensityEstimator.of(AffineFlows::normal).training(SHORT).fit(table(1));
    density.close();

    check(density, "density", 10);
  }

  @Test
  void conditionalDensities() {
    ConditionalDensity density =
        ConditionalDensityEstimator.of(AffineFlows::regression)
            .training(SHORT)
            .fit(table(1), table(1));
    density.close();

    check(density, "density", 13);
  }

  @Test
  void neuralPosteriors() {
    Npe npe =
        Npe.of(Normal.standard(1).toEvent(1), (theta, rng) -> theta, AffineFlows::regression)
            .ensemble(1)
            .training(SHORT)
            .progress(Progress.silent());
    NeuralPosterior posterior = npe.fit(npe.simulate(50));
    posterior.close();

    check(posterior, "neural posterior", 5);
  }

  /** So many batches, none of which is opened. */
  private static final class OneBatch implements Batches<NDArray> {
    @Override
    public long size() {
      return 1;
    }

    @Override
    public Epoch<NDArray> open(long seed, long epoch) {
      throw new AssertionError("a closed fit opens no batches");
    }
  }

  /** A thing that forgets to look in one of its methods. */
  static final class Forgetful implements AutoCloseable {

    @DoNotCall
    public String name() {
      throw new IllegalStateException("thing is used after it was closed; close it later");
    }

    public void save(Path path) {
      assertThat(path).exists();
    }

    @Override
    public void close() {}
  }

  @Test
  void lawSeesAMethodThatDoesNotLook() {
    assertThatThrownBy(() -> check(new Forgetful(), "thing", 2))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("what save throws");
  }

  private void check(Object closed, String name, int methods) {
    try (Run run = Run.open(RunConfig.defaults(), 0);
        ParamStore other = new ParamStore(manager)) {
      for (Method method : methods(closed)) {
        int modifiers = method.getModifiers();
        if (Modifier.isPublic(modifiers)
            && !Modifier.isStatic(modifiers)
            && !method.isSynthetic()
            && !method.getName().equals("close")
            && !method.getName().equals("toString")) {
          judged++;
          assertThat(catchThrowable(() -> call(closed, method, run, other)))
              .as("what %s throws", method.getName())
              .isInstanceOf(IllegalStateException.class)
              .hasMessageStartingWith(name + " is used after it was closed; ");
        }
      }
    }
    assertThat(judged).isGreaterThanOrEqualTo(methods);
    assertThat(closed.toString()).isNotEmpty(); // what is closed can be looked at
    assertThat(closed).isInstanceOfSatisfying(AutoCloseable.class, this::closeAgain);
  }

  /** Its own and those of the classes that it extends. */
  private static List<Method> methods(Object closed) {
    List<Method> methods = new ArrayList<>();
    for (Class<?> type = closed.getClass(); type != Object.class; type = type.getSuperclass()) {
      methods.addAll(Arrays.asList(type.getDeclaredMethods()));
    }
    return methods;
  }

  private void closeAgain(AutoCloseable closed) {
    try {
      closed.close();
    } catch (Exception e) {
      throw new AssertionError("closed twice", e);
    }
  }

  private void call(Object closed, Method method, Run run, ParamStore other) throws Throwable {
    Object[] arguments =
        Arrays.stream(method.getParameterTypes()).map(type -> argument(type, run, other)).toArray();
    try {
      Object unused = method.invoke(closed, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private Object argument(Class<?> type, Run run, ParamStore other) {
    if (type == NDArray.class || type == Object.class) {
      return manager.create(new double[] {0.5});
    } else if (type == Table.class) {
      return Table.row(Map.of("x", 0.5));
    } else if (type == Map.class) {
      return Map.of("x", 0.5);
    } else if (type == int.class || type == Integer.class) {
      return 1;
    } else if (type == long.class) {
      return 1L;
    } else if (type == double.class) {
      return 0.5;
    } else if (type == double[].class) {
      return new double[] {1};
    } else if (type == String.class) {
      return "x";
    } else if (type == Path.class) {
      return file;
    } else if (type == Run.class) {
      return run;
    } else if (type == NDManager.class) {
      return manager;
    } else if (type == ParamStore.class) {
      return other;
    } else if (type == ParamStore.Closeable.class) {
      return (ParamStore.Closeable) () -> {};
    } else if (type == TensorFile.Builder.class) {
      return TensorFile.builder();
    } else if (type == TensorFile.class) {
      return TensorFile.read(file);
    } else if (type == TransformModule.class) {
      return Bijections.affine(0, 1);
    } else if (type == ConditionalTransformModule.class) {
      return AffineFlows.regression(1, 1);
    } else if (type == Batches.class) {
      return new OneBatch();
    } else if (type == Constraint.class) {
      return Constraint.REAL;
    } else if (type == Supplier.class) {
      return (Supplier<NDArray>) () -> run.zeros(new Shape());
    }
    throw new AssertionError("no argument of " + type);
  }
}
