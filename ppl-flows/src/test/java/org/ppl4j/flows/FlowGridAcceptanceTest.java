package org.ppl4j.flows;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.summingInt;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.flows.FlowGrid.Inputs;
import org.ppl4j.flows.FlowGrid.Place;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.PlantedTransform;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformCheck;
import org.ppl4j.transforms.TransformCheck.Finding;
import org.ppl4j.transforms.TransformCheck.Inversion;

/** Every law for every flow over the whole grid, and planted errors. */
@Tag("acceptance")
@ExtendWith(LeakCheck.class)
class FlowGridAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("flows.1");
  private static final double FAULT = 1e-6;

  @Test
  @Tag("flows.1")
  void everyLawHoldsOverTheWholeGrid() {
    List<Place> places = new ArrayList<>(FlowGrid.full(1));
    for (long seed : new long[] {2, 3, 4}) {
      places.addAll(FlowGrid.third(1, seed));
      places.addAll(FlowGrid.third(3, seed));
    }
    List<String> broken = new ArrayList<>();
    Map<String, Finding> worst = new TreeMap<>();
    int count = 0;
    long inputs = 0;
    long compared = 0;
    for (FlowCase row : FlowCases.all()) {
      List<TransformCheck> ofRow = new ArrayList<>();
      for (Place place : places) {
        for (TransformCheck check : FlowGrid.check(row, place)) {
          ofRow.add(check);
          check.findings().stream()
              .filter(finding -> finding.inputs() > 0 && !finding.holds())
              .forEach(finding -> broken.add(row + " at " + place + ": " + finding));
        }
      }
      ofRow.stream()
          .flatMap(check -> check.findings().stream())
          .collect(groupingBy(Finding::law, summingInt(Finding::inputs)))
          .forEach(
              (law, judged) -> {
                if (judged == 0) {
                  broken.add(row + ": " + law + " is judged at no place");
                }
              });
      count += ofRow.size();
      for (TransformCheck check : ofRow) {
        for (Finding finding : check.findings()) {
          boolean isOfLogDet = finding.law().equals("log-det against the Jacobian");
          inputs += isOfLogDet ? check.inversion().inputs() : 0;
          compared += isOfLogDet ? finding.inputs() : 0;
        }
      }
      ofRow.stream()
          .flatMap(check -> check.findings().stream())
          .forEach(
              finding ->
                  worst.merge(
                      "%s of %.0e".formatted(finding.law(), finding.bound()),
                      finding,
                      (a, b) -> a.worst() >= b.worst() ? a : b));
      table(row, ofRow);
    }

    worst.values().forEach(f -> POINT.shown("%s of %.0e".formatted(f.law(), f.bound()), f.worst()));
    POINT.shown("log-dets without digits to be compared in, of " + inputs, inputs - compared);
    assertThat(broken).isEmpty();
    POINT.atMost("laws broken in " + count + " checks", broken.size(), 0);
  }

  /** What is printed of a row: how it inverts, and the law that is nearest to its bound. */
  private static void table(FlowCase row, List<TransformCheck> checks) {
    List<Inversion> all = checks.stream().map(TransformCheck::inversion).toList();
    Inversion inversion =
        new Inversion(
            all.get(0).how(),
            all.stream().mapToInt(Inversion::iterations).max().orElseThrow(),
            all.stream().mapToDouble(Inversion::residual).max().orElseThrow(),
            all.stream().mapToInt(Inversion::judged).sum(),
            all.stream().mapToInt(Inversion::inputs).sum());
    Finding nearest =
        checks.stream()
            .flatMap(check -> check.findings().stream())
            .max(Comparator.comparingDouble(FlowGridAcceptanceTest::share))
            .orElseThrow();
    System.out.printf(Locale.ROOT, "flows.1   %s, %s; nearest: %s%n", row, inversion, nearest);
  }

  private static double share(Finding finding) {
    return finding.bound() == 0
        ? finding.worst() * Double.POSITIVE_INFINITY
        : finding.worst() / finding.bound();
  }

  @Test
  @Tag("flows.1")
  void anErrorOfOneMillionthInEachLogDetIsCaught() {
    Map<String, UnaryOperator<Transform>> faults =
        Map.of(
            "forward", base -> new PlantedTransform(base, FAULT, 0),
            "inverse", base -> new PlantedTransform(base, 0, FAULT),
            "both", base -> new PlantedTransform(base, FAULT, -FAULT));
    List<String> missed = new ArrayList<>();
    int planted = 0;
    for (FlowCase row : FlowCases.all()) {
      for (int dim : FlowGrid.DIMS) {
        for (Map.Entry<String, UnaryOperator<Transform>> fault : faults.entrySet()) {
          Place place =
              new Place(dim, FlowGrid.BATCHES.get(2), Inputs.NEAR, 1, FloatType.FLOAT64, 1);
          for (TransformCheck check : FlowGrid.check(row, place, fault.getValue())) {
            planted++;
            if (check.isPassed()) {
              missed.add(row + " of " + dim + ", " + fault.getKey() + ": " + check.name());
            }
          }
        }
      }
    }

    assertThat(missed).isEmpty();
    POINT.atMost("errors of 1e-6 planted in " + planted + " log-dets, missed", missed.size(), 0);
  }
}
