package org.ppl4j.tensor.internal.plan;

import com.google.common.collect.LinkedListMultimap;
import com.google.common.collect.ListMultimap;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.ppl4j.tensor.internal.graph.Form;
import org.ppl4j.tensor.internal.graph.Node;

/**
 * Which scans of a plan do not keep what they remember of all steps, since that is too much: they
 * keep what they carry at the first step of each segment, and do a segment again when a gradient is
 * there. With segments of √n steps that is memory of √n steps for one more time forwards.
 */
final class Segments {

  /** So many numbers are kept. */
  static final long MOST = 1L << 22;

  private final long most;
  private final ListMultimap<Node, Node> histories = LinkedListMultimap.create(); // by scans
  private final Set<Node> scans = new HashSet<>();

  /**
   * Of the nodes of a plan.
   *
   * @param results what is read when all is computed
   * @param most how many numbers a scan may keep
   */
  Segments(Collection<Node> live, Set<Node> results, long most) {
    this.most = most;
    Set<Node> whole = new HashSet<>(results); // are read otherwise than row by row
    for (Node node : live) {
      if (node.form() instanceof Form.History history) {
        histories.put(history.scan(), node);
      }
      for (Node operand : node.form().operands()) {
        boolean isRow =
            node.form() instanceof Form.Scan scan
                && node.varies()
                && scan.stacks().contains(operand)
                && !scan.starts().contains(operand)
                && !scan.fixed().contains(operand);
        if (!isRow || operand.base() != operand) {
          whole.add(operand.base());
        }
      }
    }
    for (Node scan : histories.keySet()) {
      List<Node> own = histories.get(scan);
      long size = own.stream().mapToLong(Node::size).sum();
      if (size > most && scan.varies() && own.stream().noneMatch(whole::contains)) {
        scans.add(scan);
      }
    }
  }

  /** How many numbers a scan may keep. */
  long most() {
    return most;
  }

  /** How many steps a segment has. */
  static int length(int times) {
    return (int) Math.ceil(Math.sqrt(times));
  }

  /** Whether a scan does its segments again. */
  boolean isOf(Node scan) {
    return scans.contains(scan);
  }

  /** What is read of what a scan remembers. */
  List<Node> histories(Node scan) {
    return histories.get(scan);
  }

  /** What is read again whenever a segment is done. */
  Set<Node> read() {
    Set<Node> read = new HashSet<>();
    for (Node scan : scans) {
      ((Form.Scan) scan.form()).stacks().forEach(stack -> read.add(stack.base()));
    }
    return read;
  }
}
