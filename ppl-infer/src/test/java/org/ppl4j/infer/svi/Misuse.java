package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.ppl4j.BoundData;
import org.ppl4j.Program;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.Density;
import org.ppl4j.infer.density.DensityEstimator;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * What a user can do wrong with memory, threads and files, each of which could end the process or
 * spoil a file. Each ends with an error whose text is known, or with what is right; the file {@code
 * good.ppl} is whole afterwards.
 */
@SuppressWarnings("MustBeClosedChecker") // what is tested, in a process that ends
enum Misuse {

  // --- things that were closed

  CLOSED_STORE_IS_SAVED(
      "IllegalStateException: parameter store is used after it was closed; close it after its last"
          + " use",
      at -> {
        ParamStore params = at.fitted();
        params.close();
        params.save(at.file());
      }),
  CLOSED_FIT_IS_SAVED(
      "IllegalStateException: svi is used after it was closed; close it after its last use",
      at -> {
        Svi<NDArray> svi = SavingProcess.fit(new ParamStore(at.manager()));
        svi.run(SavingProcess.data(at.manager()), 5);
        svi.close();
        svi.save(at.file());
      }),
  CLOSED_DENSITY_IS_SAVED(
      "IllegalStateException: density is used after it was closed; close it after its last use",
      at -> {
        Density density =
            DensityEstimator.of(AffineFlows::normal).training(at.quick()).fit(at.table());
        density.close();
        density.save(at.file());
      }),
  CLOSED_CONDITIONAL_DENSITY_IS_SAVED(
      "IllegalStateException: density is used after it was closed; close it after its last use",
      at -> {
        ConditionalDensity density =
            ConditionalDensityEstimator.of(AffineFlows::regression)
                .training(at.quick())
                .fit(at.table(), at.table());
        density.close();
        density.save(at.file());
      }),
  CLOSED_POSTERIOR_IS_SAVED(
      "IllegalStateException: parameter store is used after it was closed; close it after its last"
          + " use",
      at -> {
        NeuralPosterior posterior = at.posterior();
        ParamStore params = posterior.params();
        posterior.close();
        params.save(at.file());
      }),
  CLOSED_POSTERIOR_DRAWS(
      "IllegalStateException: neural posterior is used after it was closed; close it after its last"
          + " use",
      at -> {
        NeuralPosterior posterior = at.posterior();
        posterior.close();
        Samples unused = posterior.posterior(at.manager().create(new double[] {1}), 10);
      }),
  LEAVES_OF_A_CLOSED_STORE(
      "IllegalStateException: parameter store is used after it was closed (a vector of size 4);"
          + " close it after its last use",
      at -> {
        ParamStore params = at.fitted();
        NDArray leaf = params.variables(at.run()).get(0);
        NDArray loss = leaf.square().sum();
        params.close();
        at.overwriteFreedMemory();
        NDArray unused = Autograd.grad(loss, List.of(leaf)).get(0);
      }),

  // --- data that were closed

  CLOSED_CONSTANT(
      "IllegalStateException: data of shape (100000) are used in a run after they were closed;"
          + " close them after the last run that uses them",
      at -> {
        Program<Void> program =
            (p, none) -> {
              NDArray data = at.large();
              NDArray constant = p.constant(data);
              data.close();
              at.overwriteFreedMemory();
              p.factor("f", constant.sum());
            };
        at.record(program);
      }),
  CLOSED_BEFORE_IT_IS_BOUND(
      "IllegalStateException: array is used as data after it was closed; close it after the last"
          + " run that uses it",
      at -> {
        NDArray data = at.large();
        data.close();
        NDArray unused = at.run().bind(data);
      }),
  CLOSED_MANAGER_OF_BOUND_DATA(
      "IllegalStateException: data of shape (3) are used in a run after they were closed; close"
          + " them after the last run that uses them",
      at -> {
        NDArray bound;
        try (NDManager own = NDManager.newBaseManager("PyTorch")) {
          bound = at.run().bind(own.create(new double[] {1, 2, 3}));
        }
        at.overwriteFreedMemory();
        NDArray unused = bound.exp();
      }),
  VIEWS_OF_CLOSED_DATA(
      "200000.0",
      at -> {
        NDArray data = at.large();
        NDArray view = at.run().bind(data).reshape(new Shape(10, 10_000));
        data.close();
        at.overwriteFreedMemory();
        at.says(view.sum().getDouble());
      }),
  BOUND_DATA_CLOSED_IN_A_RUN(
      "IllegalStateException: data of shape (100000) are used in a run after they were closed;"
          + " close them after the last run that uses them",
      at -> {
        BoundData<NDArray> bound = BoundData.of(at.large(), RunConfig.defaults());
        NDArray data = bound.in(at.run());
        bound.close();
        at.overwriteFreedMemory();
        NDArray unused = data.exp();
      }),
  DATA_CLOSED_DURING_THEIR_FIT(
      "IllegalStateException: bound data are used after they were closed; close them after the last"
          + " run",
      at -> {
        AtomicReference<Svi<NDArray>.OnData> bound = new AtomicReference<>();
        Svi<NDArray> svi = at.svi(step -> bound.get().close());
        bound.set(svi.bind(SavingProcess.data(at.manager())));
        FitReport unused = bound.get().run(10);
      }),

  // --- text as data

  TEXT_TO_A_FIT(
      Misuse.NO_TEXT,
      at -> {
        FitReport unused = at.svi(step -> {}).run(at.text(), 10);
      }),
  TEXT_AS_A_CONSTANT(Misuse.NO_TEXT, at -> at.record((p, none) -> p.factor("f", at.textIn(p)))),
  TEXT_TO_A_DENSITY(
      Misuse.NO_TEXT,
      at -> {
        Density unused =
            DensityEstimator.of(AffineFlows::normal).training(at.quick()).fit(at.text());
      }),
  TEXT_AS_NUMBERS(Misuse.NO_TEXT, at -> at.says(Tensors.values(at.text())[0])),

  // --- threads

  STORE_CLOSED_DURING_A_FIT(
      "parameter store is used after it was closed",
      at -> {
        ParamStore params = new ParamStore(at.manager());
        FitReport unused =
            at.svi(params, step -> params.close()).run(SavingProcess.data(at.manager()), 10);
      }),
  STORE_CLOSED_BY_ANOTHER_THREAD(
      "parameter store is used after it was closed",
      at -> {
        ParamStore params = new ParamStore(at.manager());
        CountDownLatch begun = new CountDownLatch(20);
        Thread closing =
            new Thread(
                () -> {
                  at.await(begun);
                  params.close();
                });
        closing.start();
        Svi<NDArray> svi = at.svi(params, step -> begun.countDown());
        FitReport unused = svi.run(SavingProcess.data(at.manager()), 100_000);
      }),
  FIT_CLOSED_BY_ANOTHER_THREAD(
      "is used after it was closed",
      at -> {
        CountDownLatch begun = new CountDownLatch(20);
        Svi<NDArray> svi = at.svi(step -> begun.countDown());
        Thread closing =
            new Thread(
                () -> {
                  at.await(begun);
                  svi.close();
                });
        closing.start();
        FitReport unused = svi.run(SavingProcess.data(at.manager()), 100_000);
      }),
  ONE_FIT_ON_FOUR_THREADS(
      "IllegalStateException, IllegalStateException, IllegalStateException, STEPS",
      at -> {
        CountDownLatch refused = new CountDownLatch(3);
        Svi<NDArray> svi = at.svi(step -> at.await(refused));
        at.says(at.onFourThreads(svi, refused));
      }),

  // --- interrupts

  INTERRUPTED_FIT_IS_SAVED(
      "saved 1 steps, interrupted true",
      at -> {
        Svi<NDArray> svi = at.svi(step -> Thread.currentThread().interrupt());
        FitReport unused = svi.run(SavingProcess.data(at.manager()), 10);
        svi.save(at.other());
        boolean interrupted = Thread.interrupted();
        Svi<NDArray> again = at.svi(step -> {});
        again.load(at.other());
        at.says("saved " + again.steps() + " steps, interrupted " + interrupted);
      });

  private static final String NO_TEXT =
      "IllegalArgumentException: array of type 'string' is not data; use float32, float64, int64,"
          + " int32 or boolean";

  private final String outcome;
  private final Consumer<MisuseProcess> body;

  Misuse(String outcome, Consumer<MisuseProcess> body) {
    this.outcome = outcome;
    this.body = body;
  }

  void commit(MisuseProcess at) {
    body.accept(at);
  }

  /** What its outcome contains. */
  String outcome() {
    return outcome;
  }
}
