#pragma once

#include <jennit/arguments.h>
#include <jennit/callable.h>
#include <jennit/callback.h>

namespace jennit {

/// True for a node that executes a graph of its own, as those of TorchScript files and of exported programs do.
bool is_graph_module(const torch::nn::Module& module);

namespace graph {

/// Who is told what models warn of, in words. One at a time; null: nobody.
void listen(CallbackPtr listener);

/// A tensor of a model's output, and where it stands there: "out" or "0", "heads.1" further in; "output" where it is
/// all of the output.
using NamedOutput = std::pair<std::string, at::Tensor>;

/// Calls a node that executes a graph with any arguments, hooks included.
/// Throws std::invalid_argument naming the argument that is missing, unknown or of another type.
std::vector<NamedOutput> call(torch::nn::Module& module, const Arguments& arguments);

/// Whether the child `second` takes what the child `first` answers, and nothing else does: each is called once, in the
/// same block of the parent's graph. False for a parent that executes no graph.
bool follows_directly(torch::nn::Module& parent, const std::string& first, const std::string& second);

}  // namespace graph

/// Where in the user's source each child of such a node is first called, "model.py:12", by its name.
std::map<std::string, std::string> child_places(const torch::nn::Module& module);

namespace binding {

bool follows_directly(const ModulePtr& parent, const std::string& first, const std::string& second);

void listen_to_graphs(const CallbackPtr& listener);
bool is_graph_module(const ModulePtr& module);
/// Answers the tensors of the output, and adds their names to `names`.
std::vector<at::Tensor> call_graph(const ModulePtr& module, const Arguments& arguments,
                                   std::vector<std::string>& names);
/// Where in the user's source each child of such a node is first called: a name, its place, the next name...
std::vector<std::string> child_places(const ModulePtr& module);

}  // namespace binding

}  // namespace jennit
