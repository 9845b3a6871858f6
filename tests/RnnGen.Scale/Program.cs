using System.Globalization;
using RnnGen.Mpi;
using RnnGen.Scale;

const string Usage = """
    usage, on an idle machine:
      mpirun -np 2 dotnet RnnGen.Scale.dll measure [ROUNDS]
                    two ranks beside two threads: each ratio, and what the exchange takes
      dotnet run -c Release --project tests/RnnGen.Scale -- plan
                    what the exchange would cost with 8, 64 and 512 ranks, by a simulation
    """;

switch (args)
{
    case ["measure", .. var rest]:
        using (MpiExchange mpi = MpiExchange.Join())
            new RankMeasurement(mpi).Run(rest is [var rounds] ? int.Parse(rounds, CultureInfo.InvariantCulture) : 20);
        return 0;
    case ["plan"]:
        Plan.Run();
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
