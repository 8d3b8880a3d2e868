package org.ppl4j.infer.svi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Execution;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.infer.density.Training;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.file.TensorFile;

/** Commits {@link Misuse} in a JVM of its own and says what came of it. */
@SuppressWarnings("MustBeClosedChecker") // closed by close(), or with the process
final class MisuseProcess implements AutoCloseable {

  private static final int LARGE = 100_000;

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final Run run;
  private final Path folder;
  private @Nullable String saying;

  private MisuseProcess(Path folder) {
    this.folder = folder;
    this.run = Run.open(RunConfig.defaults(), 0);
  }

  // --- in the parent

  /** Ends the process as a crash of the engine does. */
  static final String CRASH = "CRASH";

  /** Writes over the good file. */
  static final String SPOIL = "SPOIL";

  /** What comes of each, in one JVM; a JVM that ends early leaves some out. */
  static ImmutableMap<String, String> outcomes(Path folder, List<String> all)
      throws IOException, InterruptedException {
    List<String> command = SavingProcess.java(MisuseProcess.class);
    command.add(folder.toString());
    command.addAll(all);
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    int status = process.waitFor();
    ImmutableMap.Builder<String, String> outcomes = ImmutableMap.builder();
    output
        .lines()
        .filter(line -> line.indexOf('\t') > 0)
        .forEach(
            line -> {
              int tab = line.indexOf('\t');
              outcomes.put(line.substring(0, tab), line.substring(tab + 1));
            });
    return outcomes.put("status", Integer.toString(status)).buildOrThrow();
  }

  // --- in the child

  /** {@code FOLDER MISUSE...}. */
  public static void main(String[] args) throws IOException {
    Path folder = Path.of(args[0]);
    for (String name : Arrays.asList(args).subList(1, args.length)) {
      TensorFile.builder().put("text", "good").write(folder.resolve("good.ppl"));
      byte[] good = Files.readAllBytes(folder.resolve("good.ppl"));
      String outcome = outcome(name, folder);
      boolean whole = Arrays.equals(good, Files.readAllBytes(folder.resolve("good.ppl")));
      System.out.println(name + "\t" + (whole ? "" : "OVERWRITTEN ") + outcome);
    }
    System.exit(0); // threads of those that are interrupted by nobody may be left
  }

  private static String outcome(String name, Path folder) {
    try (MisuseProcess at = new MisuseProcess(folder)) {
      switch (name) {
        case CRASH -> Runtime.getRuntime().halt(134);
        case SPOIL -> TensorFile.builder().put("text", "other").write(at.file());
        default -> Misuse.valueOf(name).commit(at);
      }
      String saying = at.saying;
      return saying == null ? "nothing" : saying;
    } catch (RuntimeException e) {
      return e.getClass().getSimpleName()
          + ": "
          + String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
  }

  void says(Object word) {
    saying = word.toString();
  }

  NDManager manager() {
    return manager;
  }

  Run run() {
    return run;
  }

  /** A whole file that nothing may overwrite. */
  Path file() {
    return folder.resolve("good.ppl");
  }

  Path other() {
    return folder.resolve("other.ppl");
  }

  Training quick() {
    return Training.standard().steps(5).batch(16);
  }

  NDArray large() {
    double[] values = new double[LARGE];
    Arrays.fill(values, 2);
    return manager.create(values);
  }

  NDArray table() {
    return manager.create(new java.util.Random(5).doubles(50).toArray(), new Shape(50, 1));
  }

  NDArray text() {
    return manager.create(new String[] {"a", "b"});
  }

  NDArray textIn(Ppl p) {
    return p.constant(text());
  }

  /** Collects what is not reachable, and takes as much memory as that held, filled with others. */
  void overwriteFreedMemory() {
    System.gc();
    try (NDManager own = NDManager.newBaseManager("PyTorch")) {
      for (int i = 0; i < 20; i++) {
        NDArray unused = own.ones(new Shape(LARGE)).mul(7);
      }
    }
  }

  ParamStore fitted() {
    ParamStore params = new ParamStore(manager);
    FitReport unused = SavingProcess.fit(params).run(SavingProcess.data(manager), 5);
    return params;
  }

  NeuralPosterior posterior() {
    Npe npe =
        Npe.of(Normal.standard(1).toEvent(1), (theta, rng) -> theta, AffineFlows::regression)
            .ensemble(1)
            .training(quick())
            .progress(Progress.silent());
    return npe.fit(npe.simulate(50));
  }

  void record(Program<Void> program) {
    try (ParamStore params = new ParamStore(manager)) {
      Execution.record(run, params, Rng.Purpose.MODEL, program, null);
    }
  }

  /** What is done after each step of a fit. */
  @FunctionalInterface
  interface EachStep {
    void after(long step);
  }

  Svi<NDArray> svi(EachStep each) {
    return svi(new ParamStore(manager), each);
  }

  Svi<NDArray> svi(ParamStore params, EachStep each) {
    return SavingProcess.builder(params)
        .listener(
            new FitListener() {
              @Override
              public Next onStep(Step step) {
                each.after(step.step());
                return Next.GO_ON;
              }
            })
        .build();
  }

  void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How the runs of one fit on four threads at once end, sorted. */
  String onFourThreads(Svi<NDArray> svi, CountDownLatch refused) {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    List<Future<FitReport>> runs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      runs.add(
          pool.submit(
              () -> {
                try {
                  return svi.run(SavingProcess.data(manager), 20);
                } catch (IllegalStateException e) {
                  refused.countDown();
                  throw e;
                }
              }));
    }
    pool.shutdown();
    return runs.stream().map(MisuseProcess::end).sorted().collect(joining(", "));
  }

  private static String end(Future<FitReport> run) {
    try {
      return run.get().stop().name();
    } catch (ExecutionException e) {
      return e.getCause().getClass().getSimpleName();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    run.close();
    manager.close();
  }
}
