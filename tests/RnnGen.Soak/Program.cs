using System.CommandLine;
using RnnGen.Soak;

Option<double> minutes = new("--minutes")
{
    Description = "How long: half for threads, a tenth for loads beside use, the rest for kills.",
    DefaultValueFactory = _ => 30,
};
Option<int> seed = new("--seed") { Description = "Of all that is random.", DefaultValueFactory = _ => 1 };
RootCommand root = new("Uses models of every kind for long, on threads, killed, "
    + "on full disks and under changing cultures. A difference is exit code 1.")
{
    minutes, seed,
};
root.SetAction(result => Run.All(TimeSpan.FromMinutes(result.GetValue(minutes)), result.GetValue(seed)));

// The process that is killed.
Argument<string> file = new("checkpoint");
Argument<long> updates = new("updates");
Argument<int> threads = new("threads");
Command train = new(Training.Name, "Trains on from a checkpoint until there were so many updates.") { file, updates, threads };
train.Hidden = true;
train.SetAction(result =>
{
    Training.Run(result.GetRequiredValue(file), result.GetValue(updates), result.GetValue(threads));
    return 0;
});
root.Add(train);
return root.Parse(args).Invoke();
