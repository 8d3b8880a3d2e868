package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;

import ai.djl.BaseModel;
import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.nn.LambdaBlock;
import ai.djl.translate.Batchifier;
import ai.djl.translate.Translator;
import ai.djl.translate.TranslatorContext;
import ai.djl.util.passthrough.PassthroughNDArray;
import ai.djl.util.passthrough.PassthroughNDManager;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Scorers behind DJL's own interface, for what takes a {@link Predictor}. No engine is asked, and
 * none need be there: what goes in and comes out are objects of Java.
 *
 * <pre>{@code
 * try (Predictor<Map<String, ?>, PlainInterval> rent =
 *     Predictors.of("rent", (Map<String, ?> flat) -> scorer.interval(0.9, flat))) {
 *   PlainInterval interval = rent.predict(Map.of("area", 80.0));
 * }
 * }</pre>
 */
public final class Predictors {

  private Predictors() {}

  /**
   * A function as a predictor. As all of DJL's, it is for one thread at a time; make one for each,
   * which costs nothing. What the function throws is the cause of a {@link
   * ai.djl.translate.TranslateException}.
   *
   * @param name of the model, for metrics
   * @param answer any number of threads may ask it at once
   */
  public static <I, O> Predictor<I, O> of(String name, Function<? super I, ? extends O> answer) {
    requireNonNull(answer, "answer");
    return new Answers<I, O>(requireNonNull(name, "name"), answer).newPredictor(new AsTheyAre<>());
  }

  /** A model whose only layer asks a function about an object. */
  private static final class Answers<I, O> extends BaseModel {

    @SuppressWarnings("unchecked") // as the predictor took it
    Answers(String name, Function<? super I, ? extends O> answer) {
      super(name);
      this.manager = PassthroughNDManager.INSTANCE;
      setBlock(new LambdaBlock(in -> list(answer.apply((I) object(in)))));
    }

    /** Nothing, where DJL's would say that a manager which cannot be closed was not. */
    @Override
    @SuppressWarnings({"deprecation", "Finalize"}) // so that there is none
    protected void finalize() {}

    @Override
    public void load(Path modelPath, @Nullable String prefix, @Nullable Map<String, ?> options) {
      throw new UnsupportedOperationException(
          "predictor of '%s' is not loaded from %s; load its scorer, and ask that for a predictor"
              .formatted(getName(), modelPath));
    }
  }

  private static NDList list(Object object) {
    return new NDList(PassthroughNDManager.INSTANCE.create(object));
  }

  private static Object object(NDList list) {
    return ((PassthroughNDArray) list.singletonOrThrow()).getObject();
  }

  /** Carries objects as they are, one after the other. */
  private static final class AsTheyAre<I, O> implements Translator<I, O> {

    @Override
    public @Nullable Batchifier getBatchifier() {
      return null;
    }

    @Override
    public NDList processInput(TranslatorContext context, I input) {
      return list(input);
    }

    @Override
    @SuppressWarnings("unchecked") // as the function gave it
    public O processOutput(TranslatorContext context, NDList list) {
      return (O) object(list);
    }
  }
}
