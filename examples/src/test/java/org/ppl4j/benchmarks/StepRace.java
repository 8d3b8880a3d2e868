package org.ppl4j.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.ppl4j.tensor.FloatType;

/**
 * What steps take by the present classes and by a {@link BaselineCommit}, in both float types, in
 * rounds of all in turn, so that all see the same machine. Each side has a virtual machine a float
 * type, where no other case has taught the compiler how long loops are.
 */
final class StepRace {

  private static final int ROUNDS = 15;
  private static final double BATCH = 2e4; // microseconds, at least
  private static final double WARM_UP = 1e6;

  private enum Side {
    PRESENT,
    BASELINE
  }

  private record Machine(Side side, FloatType type) {}

  private record Entry(Machine machine, String what) {}

  private final Map<Entry, double[]> times = new HashMap<>();

  /**
   * The race of a case.
   *
   * @param what names steps that both sides make, as {@link StepTimes} says
   * @param beside those that are made beside by the present classes alone
   */
  StepRace(String baseline, String what, List<String> beside)
      throws IOException, InterruptedException {
    Map<Side, String> classes =
        Map.of(
            Side.BASELINE,
            BaselineCommit.classPath(baseline),
            Side.PRESENT,
            System.getProperty("java.class.path"));
    Map<Machine, StepJvm> machines = new HashMap<>();
    List<Entry> entries = new ArrayList<>();
    try {
      for (FloatType type : FloatType.values()) {
        for (Side side : Side.values()) {
          Machine machine = new Machine(side, type);
          machines.put(machine, new StepJvm(classes.get(side)));
          entries.add(new Entry(machine, what));
        }
        beside.forEach(other -> entries.add(new Entry(new Machine(Side.PRESENT, type), other)));
      }
      run(entries, machines);
    } finally {
      machines.values().forEach(StepJvm::close);
    }
  }

  private void run(List<Entry> entries, Map<Machine, StepJvm> machines) {
    Map<Entry, Integer> counts =
        entries.parallelStream()
            .collect(Collectors.toMap(entry -> entry, entry -> count(entry, machines)));
    entries.forEach(entry -> times.put(entry, new double[ROUNDS]));
    for (int round = 0; round < ROUNDS; round++) {
      for (int turn = 0; turn < entries.size(); turn++) {
        boolean isForward = round % 2 == 0;
        Entry entry = entries.get(isForward ? turn : entries.size() - 1 - turn);
        times.get(entry)[round] = mean(entry, machines, counts.get(entry));
      }
    }
  }

  private static double mean(Entry entry, Map<Machine, StepJvm> machines, int count) {
    return machines.get(entry.machine()).mean(entry.what(), entry.machine().type(), count);
  }

  /** How many steps are a batch, once the compiler has had time. */
  private static int count(Entry entry, Map<Machine, StepJvm> machines) {
    int count = 1;
    for (double spent = 0; spent < WARM_UP; ) {
      double batch = count * mean(entry, machines, count);
      spent += batch;
      count = batch < BATCH ? 2 * count : count;
    }
    return count;
  }

  /** Microseconds of a step by the present classes, in each round. */
  double[] present(String what, FloatType type) {
    return times.get(new Entry(new Machine(Side.PRESENT, type), what));
  }

  /** The same by the baseline. */
  double[] baseline(String what, FloatType type) {
    return times.get(new Entry(new Machine(Side.BASELINE, type), what));
  }

  /** Round by round. */
  static double[] ratios(double[] times, double[] others) {
    double[] ratios = new double[ROUNDS];
    Arrays.setAll(ratios, i -> times[i] / others[i]);
    return ratios;
  }

  static double median(double[] times) {
    return Arrays.stream(times).sorted().skip(ROUNDS / 2).findFirst().orElseThrow();
  }
}
