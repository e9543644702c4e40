#include <jennit/errors.h>
#include <jennit/turns.h>

#include <chrono>
#include <condition_variable>
#include <thread>

#include "running_call.h"

namespace jennit::turns {

namespace {

/// The outermost call of one thread.
struct Slot {
  std::mutex mutex;
  Callable* root = nullptr;
};

struct Board {
  std::mutex mutex;
  std::vector<std::shared_ptr<Slot>> slots;
  std::vector<std::pair<const Change*, std::thread::id>> changes;
  std::condition_variable changed;
  std::atomic<int> pending{0};
};

Board& board() {
  // Never destroyed: threads may end after the static objects of this library.
  static auto* board = new Board;
  return *board;
}

/// The slot of the running thread, for as long as that lives.
Slot& own_slot() {
  struct Place {
    std::shared_ptr<Slot> slot = std::make_shared<Slot>();
    Place() {
      std::lock_guard<std::mutex> lock(board().mutex);
      board().slots.push_back(slot);
    }
    ~Place() {
      std::lock_guard<std::mutex> lock(board().mutex);
      auto& slots = board().slots;
      slots.erase(std::find(slots.begin(), slots.end(), slot));
    }
  };
  thread_local Place place;
  return *place.slot;
}

void collect(torch::nn::Module& module, std::unordered_set<int64_t>& nodes) {
  auto& node = callable(module);
  if (!nodes.insert(node.id()).second) return;
  for (const auto& child : node.seen_children()) collect(*child.second, nodes);
}

void set_root(Slot& slot, Callable* root) {
  std::lock_guard<std::mutex> lock(slot.mutex);
  slot.root = root;
}

/// How long a thread sleeps at most before it looks again.
constexpr auto moment = std::chrono::milliseconds(2);

}  // namespace

bool touches(torch::nn::Module& tree, const Change& change) {
  std::unordered_set<int64_t> nodes;
  collect(tree, nodes);
  return std::any_of(nodes.begin(), nodes.end(), [&](int64_t id) { return change.nodes_.count(id) > 0; });
}

namespace {

bool must_wait(Callable& root) {
  std::lock_guard<std::mutex> lock(board().mutex);
  for (const auto& [change, thread] : board().changes)
    if (thread != std::this_thread::get_id() && touches(root.module(), *change)) return true;
  return false;
}

}  // namespace

void begin(Callable& root) {
  auto& slot = own_slot();
  for (;;) {
    set_root(slot, &root);
    if (board().pending == 0 || !must_wait(root)) return;
    set_root(slot, nullptr);
    std::unique_lock<std::mutex> lock(board().mutex);
    board().changed.notify_all();
    board().changed.wait_for(lock, moment);
  }
}

void end() {
  set_root(own_slot(), nullptr);
  if (board().pending > 0) board().changed.notify_all();
}

Change::Change(ModulePtr tree) : tree_(std::move(tree)) {
  collect(*tree_, nodes_);
  const auto* own = &own_slot();
  const bool within = RunningCall::any();
  std::unique_lock<std::mutex> lock(board().mutex);
  ++board().pending;
  board().changes.emplace_back(this, std::this_thread::get_id());
  const auto in_use = [&] {
    for (const auto& slot : board().slots) {
      if (slot.get() == own) continue;
      std::lock_guard<std::mutex> held(slot->mutex);
      if (slot->root && touches(slot->root->module(), *this)) return true;
    }
    return false;
  };
  while (in_use()) {
    if (within) {
      board().changes.pop_back();
      --board().pending;
      throw Error(
          "another thread runs in this model, and a module's own forward cannot wait for it: register the composite "
          "before the models run, or use an attributor, whose rules and swaps belong to its own calls");
    }
    board().changed.wait_for(lock, moment);
  }
}

Change::~Change() {
  std::lock_guard<std::mutex> lock(board().mutex);
  auto& changes = board().changes;
  changes.erase(std::find_if(changes.begin(), changes.end(), [&](const auto& entry) { return entry.first == this; }));
  --board().pending;
  board().changed.notify_all();
}

}  // namespace jennit::turns
